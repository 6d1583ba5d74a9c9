// The programs of the graphics card. All motion is arithmetic on uTime: nothing is uploaded for a
// frame. Colours are sRGB as CSS has them.

/** How many orbs there is room for: 3 vectors each, of the 256 that every WebGL 2 has. */
export const SLOTS = 48;

const SLOT_UNIFORMS = /* glsl */ `
uniform vec4 uOrb[${SLOTS}];   // place, radius
uniform vec4 uBend[${SLOTS}];  // middle of the way to the hub; 1: lit, 0: dim
uniform vec3 uKind[${SLOTS}];`;

const CURVE = /* glsl */ `
vec3 curve(vec3 a, vec3 c, vec3 b, float t) { float s = 1. - t; return a * s * s + c * 2. * s * t + b * t * t; }`;

export const particleVertex = /* glsl */ `
precision highp float;
uniform float uTime, uPixel, uFocused, uLight;
uniform vec3 uTopic[6];
uniform float uTopicOn[6];
uniform vec3 uHub;
${SLOT_UNIFORMS}
attribute float aMode, aOrb, aPhase, aSpeed, aTopic;
attribute vec3 aWay;
varying vec3 vColour;
varying float vAlpha;
${CURVE}
void main() {
  vec3 p;
  float a = 1., size = 2.;
  int k = int(aOrb + .5);
  int topic = int(aTopic + .5);
  vec3 spread = fract(vec3(aPhase * 17., aPhase * 29., aPhase * 43.)) - .5;
  if (aMode < .5) {         // what came in the window of time, on its way to the hub
    float t = fract(aPhase + uTime * aSpeed);
    p = curve(uOrb[k].xyz, uBend[k].xyz, aWay * 2.05, t) + spread * .62 * sin(3.14159 * t);
    a = step(0., aOrb) * smoothstep(0., .08, t) * (1. - smoothstep(.86, 1., t)) * mix(.07, 1., uBend[k].w) * uTopicOn[topic];
    size = mix(4.4, 2.6, t) * (.7 + .6 * fract(aPhase * 31.));
    vColour = mix(uKind[k], uTopic[topic], smoothstep(.1, .55, t));
  } else if (aMode < 1.5) { // what the hub holds
    float ca = cos(uTime * .05), sa = sin(uTime * .05);
    vec3 turned = vec3(aWay.x * ca - aWay.z * sa, aWay.y, aWay.x * sa + aWay.z * ca);
    p = turned * (2.12 + .05 * sin(uTime * .9 + aPhase * 40.) + aSpeed);
    a = (.5 + .5 * step(.93, fract(aPhase * 13. + uTime * .21))) * mix(.35, 1., uTopicOn[topic]) * mix(1., .45, uFocused);
    size = 2.5 + 2.2 * step(.97, fract(aPhase * 7.));
    vColour = mix(uHub, uTopic[topic], .45);
  } else if (aMode < 2.5) { // around an orb
    float angle = aPhase * 6.2832 + uTime * aSpeed;
    vec3 u = normalize(cross(aWay, vec3(.3, 1., .2)));
    vec3 v = cross(aWay, u);
    p = uOrb[k].xyz + (u * cos(angle) + v * sin(angle)) * uOrb[k].w * (1.35 + .55 * fract(aPhase * 7.));
    a = .75 * mix(.12, 1., uBend[k].w);
    size = 1.7;
    vColour = mix(uKind[k], vec3(1.), .25 * (1. - uLight));
  } else {                  // what arrives now: aPhase is when it left
    float t = (uTime - aPhase) * aSpeed;
    float inside = step(0., t) * step(t, 1.);
    p = curve(uOrb[k].xyz, uBend[k].xyz, aWay * 2.05, clamp(t, 0., 1.)) + aWay.zxy * .25 * sin(3.14159 * t);
    a = inside * (1. - smoothstep(.9, 1., t)) * 1.6;
    size = mix(8.5, 5., t);
    vColour = mix(mix(uKind[k], uTopic[topic], smoothstep(0., .5, t)), vec3(1. - uLight), .35);
  }
  vec4 mv = modelViewMatrix * vec4(p, 1.);
  gl_Position = projectionMatrix * mv;
  gl_PointSize = clamp(size * uPixel * 13. / -mv.z, 1., 12. * uPixel);
  vAlpha = a * mix(1., .8, uLight) * smoothstep(38., 10., -mv.z);
}`;

export const particleFragment = /* glsl */ `
precision mediump float;
varying vec3 vColour;
varying float vAlpha;
void main() {
  float g = smoothstep(1., 0., length(gl_PointCoord - .5) * 2.);
  if (g * vAlpha < .01) discard;
  gl_FragColor = vec4(vColour, min(g * vAlpha, 1.));
}`;

/* Links: ribbons whose width is that of the screen. iLook: width, phase, alpha, topic. */
export const ribbonVertex = /* glsl */ `
precision highp float;
uniform vec2 uSize;
uniform float uPixel;
attribute vec3 iFrom, iBend, iTo, iColour;
attribute vec4 iLook;
attribute float iLength;
varying vec3 vColour;
varying float vT, vSide, vPhase, vAlpha, vTopic, vLength;
${CURVE}
void main() {
  float t = position.x;
  vec4 here = projectionMatrix * modelViewMatrix * vec4(curve(iFrom, iBend, iTo, t), 1.);
  vec4 next = projectionMatrix * modelViewMatrix * vec4(curve(iFrom, iBend, iTo, t + .01), 1.);
  vec2 way = (next.xy / next.w - here.xy / here.w) * uSize;
  vec2 across = normalize(vec2(-way.y, way.x) + 1e-6);
  here.xy += across * position.y * iLook.x * uPixel * clamp(15. / here.w, .55, 1.8) / uSize * 2. * here.w;
  gl_Position = here;
  vColour = iColour; vT = t; vSide = position.y; vPhase = iLook.y; vAlpha = iLook.z; vTopic = iLook.w; vLength = iLength;
}`;

export const ribbonFragment = /* glsl */ `
precision mediump float;
uniform float uTime, uLight;
varying vec3 vColour;
varying float vT, vSide, vPhase, vAlpha, vTopic, vLength;
float on(float p, float from, float to) { return smoothstep(from - .04, from + .04, p) * (1. - smoothstep(to - .04, to + .04, p)); }
float dash() { // as the marks of the topics have it: ip, domain, url, hash, email, tag
  if (vTopic < .5) return 1.;
  if (vTopic < 1.5) return on(fract(vT * vLength * 1.6), .06, .8);
  if (vTopic < 2.5) { float p = fract(vT * vLength * 1.4); return max(on(p, .05, .55), on(p, .7, .85)); }
  if (vTopic < 3.5) return on(fract(vT * vLength * 3.), .08, .68);
  if (vTopic < 4.5) return on(fract(vT * vLength * 4.5), .15, .65);
  return on(fract(vT * vLength * 1.9), .08, .6);
}
void main() {
  float edge = 1. - smoothstep(.25, 1., abs(vSide));
  float q = fract(vT * 1.25 - uTime * .2 + vPhase);
  float pulse = smoothstep(.7, .985, q) * smoothstep(1., .988, q);
  pulse *= pulse;
  float a = edge * vAlpha * dash() * (.6 + 1.5 * pulse) * smoothstep(0., .06, vT) * smoothstep(1., .94, vT);
  if (a < .004) discard;
  gl_FragColor = vec4(mix(vColour, uLight > .5 ? vColour * .55 : vec3(1.), pulse * .55), a);
}`;

/* Orbs: lit spheres with a bright rim. iLit: 0 dim, 1 on, 2 focus. */
export const orbVertex = /* glsl */ `
attribute vec3 iColour;
attribute float iLit;
varying vec3 vNormal3, vView, vColour;
varying float vLit;
void main() {
  vec4 mv = modelViewMatrix * instanceMatrix * vec4(position, 1.);
  vNormal3 = normalize(normalMatrix * mat3(instanceMatrix) * normal);
  vView = normalize(-mv.xyz);
  vColour = iColour;
  vLit = iLit;
  gl_Position = projectionMatrix * mv;
}`;

export const orbFragment = /* glsl */ `
precision mediump float;
uniform float uLight;
varying vec3 vNormal3, vView, vColour;
varying float vLit;
void main() {
  vec3 n = normalize(vNormal3), lamp = normalize(vec3(-.4, .8, .5));
  float rim = 1. - max(dot(n, vView), 0.), key = max(dot(n, lamp), 0.);
  float shine = pow(max(dot(reflect(-lamp, n), vView), 0.), 28.);
  vec3 dark = vColour * (.16 + .62 * key) + vColour * pow(rim, 2.2) * 1.25 + vec3(shine * .55);
  vec3 light = vColour * (.62 + .5 * key) + vec3(shine * .6) - vColour * pow(rim, 3.) * .25;
  vec3 c = mix(dark, light, uLight);
  c += step(1.5, vLit) * pow(rim, 1.4) * (uLight > .5 ? -vec3(.25) : vec3(.6));
  float dim = step(vLit, .5) * .72;
  gl_FragColor = vec4(mix(c, mix(vec3(.03, .06, .11), vec3(.9, .92, .95), uLight), dim), 1.);
}`;

export const hubVertex = /* glsl */ `
varying vec3 vNormal3, vView, vPlace;
void main() {
  vec4 mv = modelViewMatrix * vec4(position, 1.);
  vNormal3 = normalize(normalMatrix * normal);
  vView = normalize(-mv.xyz);
  vPlace = position;
  gl_Position = projectionMatrix * mv;
}`;

export const hubFragment = /* glsl */ `
precision mediump float;
uniform float uTime, uLight, uBeat;
uniform vec3 uHub;
varying vec3 vNormal3, vView, vPlace;
void main() {
  float rim = 1. - abs(dot(normalize(vNormal3), normalize(vView)));
  float scan = .5 + .5 * sin(vPlace.y * 26. - uTime * 1.6);
  float a = .07 + pow(rim, 2.8) * (.95 + .5 * uBeat) + scan * .04 + .05 * uBeat;
  gl_FragColor = vec4(uHub * (uLight > .5 ? .82 : 1.), a * mix(.92, .75, uLight));
}`;

/* Glow: one flat disc for each orb instead of a pass over the whole picture. */
export const glowVertex = /* glsl */ `
attribute vec3 iPlace, iColour;
attribute vec2 iLook; // radius, alpha
varying vec2 vAt;
varying vec3 vColour;
varying float vAlpha;
void main() {
  vAt = position.xy;
  vColour = iColour;
  vAlpha = iLook.y;
  vec4 mv = modelViewMatrix * vec4(iPlace, 1.);
  mv.xy += position.xy * iLook.x;
  gl_Position = projectionMatrix * mv;
}`;

export const glowFragment = /* glsl */ `
precision mediump float;
uniform float uLight;
varying vec2 vAt;
varying vec3 vColour;
varying float vAlpha;
void main() {
  gl_FragColor = vec4(vColour, pow(max(1. - length(vAt), 0.), 2.6) * vAlpha * mix(1., .55, uLight));
}`;
