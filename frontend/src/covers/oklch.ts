/** An OKLCH colour as sRGB hex. Out-of-gamut colours lose chroma, never lightness. After B. Ottosson, "A perceptual
 * color space for image processing" (2020). L 0..1, C 0.., H in degrees. */
export function hex(lightness: number, chroma: number, hue: number): string {
  const angle = (hue * Math.PI) / 180
  for (let c = chroma; ; c -= 0.004) {
    const rgb = linearRgb(lightness, c * Math.cos(angle), c * Math.sin(angle))
    if (c <= 0 || rgb.every((value) => value > -0.0005 && value < 1.0005)) return `#${rgb.map(byte).join('')}`
  }
}

function linearRgb(L: number, a: number, b: number): number[] {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ]
}

function byte(linear: number): string {
  const value = clamp(linear)
  const encoded = value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055
  return Math.round(encoded * 255)
    .toString(16)
    .padStart(2, '0')
}

export const clamp = (value: number, low = 0, high = 1): number => Math.min(high, Math.max(low, value))
export const mix = (from: number, to: number, share: number): number => from + (to - from) * share
