// The little of a browser that modules look at when they are loaded.
const none = { getItem: () => null, setItem: () => {} };
Object.assign(globalThis, {
  localStorage: none,
  location: new URL('http://127.0.0.1/'),
  addEventListener: () => {},
  navigator: { language: 'en-US' },
});
