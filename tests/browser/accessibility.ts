import { AxeBuilder } from '@axe-core/playwright'
import type { Locator, Page } from 'playwright-core'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What axe finds wrong with a page, a line per fault, so that a failing test says where to look. */
export async function barriersOn(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.target.join(' ')}`))
}

// What runs in the page is text: the tree of tests is checked without the browser's types.
export type Outline = { lang: string; dir: string; headings: number; mains: number; focused: string; overflow: number }

/** Landmarks, headings, direction and width as a visitor meets them; `overflow` is how much wider than the screen. */
export const outlineOf = (page: Page): Promise<Outline> =>
  page.evaluate(`({
    lang: document.documentElement.lang,
    dir: document.documentElement.dir,
    headings: document.querySelectorAll('h1').length,
    mains: document.querySelectorAll('main').length,
    focused: document.activeElement?.tagName ?? '',
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  })`)

type Styled = { getComputedStyle: (element: unknown) => { direction: string } }

/** The direction that an element is laid out in. */
export const directionOf = (element: Locator): Promise<string> =>
  element.evaluate(node => (globalThis as unknown as Styled).getComputedStyle(node).direction)
