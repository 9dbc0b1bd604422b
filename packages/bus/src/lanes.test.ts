import { expect, test } from 'vitest'
import { createLanes } from './lanes.ts'

/** Work that waits until it is let go. */
function gate() {
  const begun: string[][] = []
  const open: (() => void)[] = []
  const work = (items: string[]) =>
    new Promise<void>(resolve => {
      begun.push(items)
      open.push(resolve)
    })
  return { begun, work, letGo: () => open.splice(0).map(go => go()) }
}
const turn = () => new Promise(resolve => setImmediate(resolve))

test('what has one key is worked on in order, and never two of it at once', async () => {
  const { begun, work, letGo } = gate()
  const lanes = createLanes({ lanes: 4, batch: 1, room: 10 }, work)
  await lanes.push('a', 'a1')
  await lanes.push('a', 'a2')
  await lanes.push('b', 'b1')
  expect(begun).toEqual([['a1'], ['b1']])
  letGo()
  await turn()
  expect(begun).toEqual([['a1'], ['b1'], ['a2']])
})

test('what waits behind a batch is worked on together', async () => {
  const { begun, work, letGo } = gate()
  const lanes = createLanes({ lanes: 1, batch: 3, room: 10 }, work)
  for (const item of ['1', '2', '3', '4', '5']) await lanes.push(item, item)
  letGo()
  await turn()
  letGo()
  await expect.poll(() => begun).toEqual([['1'], ['2', '3', '4'], ['5']])
})

test('a full house takes the next one when there is room', async () => {
  const { work, letGo } = gate()
  const lanes = createLanes({ lanes: 1, batch: 1, room: 1 }, work)
  await lanes.push('a', '1')
  let pushed = false
  const push = lanes.push('a', '2').then(() => {
    pushed = true
  })
  await turn()
  expect(pushed).toBe(false)
  letGo()
  await push
  expect(pushed).toBe(true)
})

test('closing finishes what has begun and gives back the rest', async () => {
  const { begun, work, letGo } = gate()
  const lanes = createLanes({ lanes: 1, batch: 1, room: 10 }, work)
  for (const item of ['1', '2', '3']) await lanes.push('a', item)
  const rest = lanes.close()
  letGo()
  expect(await rest).toEqual(['2', '3'])
  expect(begun).toEqual([['1']])
})
