// The uniforms that all programs share, and materials that follow the theme: light adds up on a dark
// ground and covers a light one.
import { AdditiveBlending, Color, NormalBlending, ShaderMaterial, Vector2, Vector4, type IUniform, type ShaderMaterialParameters } from 'three';
import { TOPICS } from '../topics';
import { SLOTS } from './shaders';

function slots<T>(make: () => T): T[] {
  return Array.from({ length: SLOTS }, make);
}

export function uniforms() {
  return {
    uTime: { value: 0 },
    uPixel: { value: 1 },
    uSize: { value: new Vector2() },
    uFocused: { value: 0 },
    uLight: { value: 0 },
    uBeat: { value: 0 },
    uHub: { value: new Color() },
    uTopic: { value: TOPICS.map(() => new Color()) },
    uTopicOn: { value: TOPICS.map(() => 1) },
    uOrb: { value: slots(() => new Vector4()) },
    uBend: { value: slots(() => new Vector4(0, 0, 0, 1)) },
    uKind: { value: slots(() => new Color()) },
  };
}
export type Uniforms = ReturnType<typeof uniforms>;

export class Materials {
  readonly uniforms = uniforms();
  readonly #all: ShaderMaterial[] = [];

  make(vertexShader: string, fragmentShader: string, more: ShaderMaterialParameters = {}): ShaderMaterial {
    const shared = this.uniforms as Record<string, IUniform>;
    const made = new ShaderMaterial({ vertexShader, fragmentShader, uniforms: shared, transparent: true, depthWrite: false, ...more });
    this.#all.push(made);
    return made;
  }

  setLight(isLight: boolean): void {
    this.uniforms.uLight.value = isLight ? 1 : 0;
    for (const one of this.#all) {
      one.blending = one.transparent && !isLight ? AdditiveBlending : NormalBlending;
      one.needsUpdate = true;
    }
  }

  dispose(): void {
    for (const one of this.#all) one.dispose();
  }
}
