// Tells tests and screenshots when the page shows what it is going to show: `html[data-ready="1"]`
// stands two frames after the last thing that was waited for.
let waiting = 0;

/** Wait for something before the page counts as ready; returns what ends it. */
export function notReady(): () => void {
  waiting += 1;
  delete document.documentElement.dataset['ready'];
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    waiting -= 1;
    settle();
  };
}

function settle(): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      if (waiting === 0) document.documentElement.dataset['ready'] = '1';
    }),
  );
}
