/** The two shaders of the map: a point is a disc in the colour of its cluster, a like is a disc with a ring around it. */

export const VERTEX = `#version 300 es
in float x;
in float y;
in float cluster;
in float chosen;
uniform vec2 middle;   // of what is seen, in units of the map
uniform vec2 units;    // to clip space, a unit
uniform float size;    // across, in pixels
uniform float rest;    // opacity of what is not chosen
uniform float opacity;
uniform bool like;
uniform vec3 needle;
uniform sampler2D colours;
out vec4 ink;
void main() {
  vec2 at = (vec2(x, y) - middle) * units;
  gl_Position = cluster > 254.5 ? vec4(2.0, 2.0, 2.0, 1.0) : vec4(at.x, -at.y, 0.0, 1.0);
  gl_PointSize = chosen > 0.5 ? size + 1.0 : size;
  vec3 own = texelFetch(colours, ivec2(int(cluster + 0.5), 0), 0).rgb;
  ink = like ? vec4(needle, 1.0) : vec4(own, chosen > 0.5 ? opacity : opacity * rest);
}`

export const FRAGMENT = `#version 300 es
precision mediump float;
in vec4 ink;
uniform float across;  // size of a point with its ring, in pixels
uniform float ring;    // its width, in pixels; 0 for none
uniform vec3 page;
out vec4 colour;
void main() {
  float from = length(gl_PointCoord - 0.5) * across;
  float edge = clamp(across * 0.5 - from, 0.0, 1.0);
  float inner = ring > 0.0 ? clamp(across * 0.5 - ring - from + 0.5, 0.0, 1.0) : 1.0;
  float alpha = ink.a * edge;
  colour = vec4(mix(page, ink.rgb, inner) * alpha, alpha);
}`
