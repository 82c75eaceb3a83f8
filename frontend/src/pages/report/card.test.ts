// @vitest-environment jsdom
import { describe, expect, it } from 'vitest'
import { drawing } from './card'

const svg = (inside: string) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">${inside}</svg>`

describe('a card drawn in the page', () => {
  it('keeps shapes and texts', () => {
    const drawn = drawing(svg('<g fill="none"><path d="M0 0"/></g><text x="1">Ada &amp; Eve</text>'))
    expect(drawn).toContain('<path')
    expect(drawn).toContain('Ada &amp; Eve')
  })

  it('leaves out all that could act or load', () => {
    const drawn = drawing(
      svg(
        '<script>1</script><image href="x"/><foreignObject><p/></foreignObject><text onclick="1" style="x:y">a</text>',
      ),
    )
    expect(drawn).not.toMatch(/script|image|foreignObject|onclick|style/)
    expect(drawn).toContain('>a</text>')
  })
})
