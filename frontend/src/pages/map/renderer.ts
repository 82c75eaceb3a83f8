/** Draws the map by WebGL 2: all songs in one call, the likes above them in a second one. */
import type { Camera, Size } from './camera'
import { palette, type Scheme, token } from './colours'
import type { Cluster } from './placedLabels'
import type { Points } from './points'
import { FRAGMENT, VERTEX } from './shaders'

const OPACITY = { light: 0.85, dark: 0.9 } as const
const REST = 0.55
const RING_PX = 1.4

interface Frame {
  camera: Camera
  size: Size
  /** Device pixels a CSS pixel. */
  ratio: number
  /** Radius of a song in CSS pixels. */
  radius: number
  scheme: Scheme
  /** Whether the rest fades beside a choice. */
  choosing: boolean
}

export interface Renderer {
  draw: (frame: Frame) => void
  setLikes: (rows: readonly number[]) => void
  setChosen: (rows: readonly number[]) => void
  /** Gives the context back once the canvas is gone: a browser has few of them. */
  end: () => void
}

/** A renderer on a canvas; null where WebGL 2 cannot start. */
export function rendererOn(canvas: HTMLCanvasElement, points: Points, clusters: readonly Cluster[]): Renderer | null {
  const gl = canvas.getContext('webgl2', { antialias: false, premultipliedAlpha: true })
  const program = gl && programOf(gl)
  if (!gl || !program) return null
  const at = (name: string) => gl.getUniformLocation(program, name)
  // biome-ignore lint/correctness/useHookAtTopLevel: a call of WebGL
  gl.useProgram(program)
  column(gl, program, 'x', points.x, gl.UNSIGNED_SHORT)
  column(gl, program, 'y', points.y, gl.UNSIGNED_SHORT)
  column(gl, program, 'cluster', points.cluster, gl.UNSIGNED_BYTE)
  const marks = new Uint8Array(points.count)
  const marked = column(gl, program, 'chosen', marks, gl.UNSIGNED_BYTE)
  const likes = gl.createBuffer()
  let liked = 0
  let coloured: Scheme | null = null
  gl.enable(gl.BLEND)
  gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)

  function dots(across: number, like: boolean, ring: number) {
    gl?.uniform1f(at('size'), across)
    gl?.uniform1f(at('across'), across)
    gl?.uniform1f(at('ring'), ring)
    gl?.uniform1i(at('like'), like ? 1 : 0)
  }

  return {
    draw({ camera, size, ratio, radius, scheme, choosing }) {
      if (coloured !== scheme) colour(gl, palette(clusters, scheme))
      coloured = scheme
      gl.viewport(0, 0, canvas.width, canvas.height)
      gl.clear(gl.COLOR_BUFFER_BIT)
      gl.uniform2f(at('middle'), camera.x, camera.y)
      gl.uniform2f(at('units'), (2 * camera.scale) / size.width, (2 * camera.scale) / size.height)
      gl.uniform1f(at('rest'), choosing ? REST : 1)
      gl.uniform1f(at('opacity'), OPACITY[scheme])
      gl.uniform3f(at('needle'), ...token('needle', scheme))
      gl.uniform3f(at('page'), ...token('page', scheme))
      dots(2 * radius * ratio, false, 0)
      gl.drawArrays(gl.POINTS, 0, points.count)
      dots(2 * (Math.max(radius, 2.4) + 3.1) * ratio, true, RING_PX * ratio)
      if (liked) gl.drawElements(gl.POINTS, liked, gl.UNSIGNED_INT, 0)
    },
    setLikes(rows) {
      liked = rows.length
      gl.bindBuffer(gl.ELEMENT_ARRAY_BUFFER, likes)
      gl.bufferData(gl.ELEMENT_ARRAY_BUFFER, Uint32Array.from(rows), gl.DYNAMIC_DRAW)
    },
    setChosen(rows) {
      marks.fill(0)
      for (const row of rows) marks[row] = 1
      gl.bindBuffer(gl.ARRAY_BUFFER, marked)
      gl.bufferSubData(gl.ARRAY_BUFFER, 0, marks)
    },
    end: () =>
      requestAnimationFrame(() => {
        if (!canvas.isConnected) gl.getExtension('WEBGL_lose_context')?.loseContext()
      }),
  }
}

/** Whether the browser can start WebGL 2 at all. */
export function canDraw(): boolean {
  const gl = document.createElement('canvas').getContext('webgl2')
  gl?.getExtension('WEBGL_lose_context')?.loseContext()
  return gl !== null
}

function programOf(gl: WebGL2RenderingContext): WebGLProgram | null {
  const program = gl.createProgram()
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, VERTEX],
    [gl.FRAGMENT_SHADER, FRAGMENT],
  ] as const) {
    const shader = gl.createShader(kind) as WebGLShader
    gl.shaderSource(shader, source)
    gl.compileShader(shader)
    gl.attachShader(program, shader)
  }
  gl.linkProgram(program)
  return gl.getProgramParameter(program, gl.LINK_STATUS) ? program : null
}

/** One column of the points as an attribute of numbers. */
function column(
  gl: WebGL2RenderingContext,
  program: WebGLProgram,
  name: string,
  values: ArrayBufferView,
  type: number,
) {
  const buffer = gl.createBuffer()
  const at = gl.getAttribLocation(program, name)
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
  gl.bufferData(gl.ARRAY_BUFFER, values as ArrayBufferView<ArrayBuffer>, gl.STATIC_DRAW)
  gl.enableVertexAttribArray(at)
  gl.vertexAttribPointer(at, 1, type, false, 0, 0)
  return buffer
}

function colour(gl: WebGL2RenderingContext, colours: Uint8Array) {
  gl.bindTexture(gl.TEXTURE_2D, gl.createTexture())
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, colours as Uint8Array<ArrayBuffer>)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST)
  gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST)
}
