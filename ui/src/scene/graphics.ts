// Whether the picture can be drawn here; asked before three.js is loaded.
export type Graphics = 'none' | 'software' | 'card';

const SOFTWARE = /SwiftShader|llvmpipe|Basic Render/i;
const STORED = 'cure.graphics';

/** What was found in this browser last time; the first time `software`, which shows the map. */
export function lastGraphics(): Graphics {
  try {
    return localStorage.getItem(STORED) === 'card' ? 'card' : 'software';
  } catch {
    return 'software'; // storage may be forbidden
  }
}

/**
 * Find out. none: no WebGL 2 at all; software: too slow to be a pleasure; card: go on. Where there is
 * no card the page stands still for a second meanwhile: ask when it shows something.
 */
export function graphics(): Graphics {
  const found = probed();
  try {
    localStorage.setItem(STORED, found);
  } catch {
    // Then the next page begins with the map, too.
  }
  return found;
}

function probed(): Graphics {
  const context = document.createElement('canvas').getContext('webgl2');
  if (!context) return 'none';
  const named = context.getExtension('WEBGL_debug_renderer_info');
  const renderer = String(context.getParameter(named ? named.UNMASKED_RENDERER_WEBGL : context.RENDERER));
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return SOFTWARE.test(renderer) ? 'software' : 'card';
}
