import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CommentText, sanitised } from './comment.ts'

describe('a sanitised comment', () => {
  it.each([
    ['plain words', 'plain words'],
    ['شاشة العاكس لا تعمل', 'شاشة العاكس لا تعمل'],
    ['5 < 6 & 7 > 2', '5 &lt; 6 &amp; 7 &gt; 2'],
    ['<script>alert(1)</script>Hello', 'Hello'],
    ['<img src=x onerror=alert(1)>Hello', 'Hello'],
    ['<b>bold</b>', 'bold'],
    ['<a href="javascript:alert(1)">click</a>', 'click'],
    ['<svg><script>alert(1)</script></svg>x', 'x'],
    ['<scr<script>ipt>alert(1)</scr</script>ipt>', 'ipt&gt;alert(1)ipt&gt;'],
    ['<style>*{}</style>x', 'x'],
  ])('of %j is %j', (text, safe) => {
    expect(sanitised(text)).toBe(safe)
  })

  it('never holds a tag, whatever was written', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '/',
      'script',
      'img',
      ' onerror=',
      'alert(1)',
      '&lt;',
      '<!--',
      '-->',
      'x',
      '\n',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
        expect(sanitised(pieces.join(''))).not.toMatch(/[<>]/)
      }),
    )
  })
})

describe('what may be written', () => {
  it.each(['', ' ', '\n\t', '\u200f\u200b'])('is not %j', text => {
    expect(CommentText.safeParse(text).success).toBe(false)
  })

  it('is at most five thousand characters', () => {
    expect(CommentText.safeParse('x'.repeat(5000)).success).toBe(true)
    expect(CommentText.safeParse('x'.repeat(5001)).success).toBe(false)
  })
})
