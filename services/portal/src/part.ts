import { lazyRouteComponent } from '@tanstack/react-router'
import { problemOf, refused } from './api/problem.ts'

type Preload = () => Promise<unknown> | undefined

const missing = new Set<Preload>()

/**
 * A piece of the portal that is brought when it is first shown. One that could not be brought is a refusal like any
 * other: by itself the router would load the whole page anew, and whoever is offline would lose what they see.
 */
export function part<M extends Record<string, unknown>, N extends keyof M>(bring: () => Promise<M>, name: N) {
  const again: { preload?: Preload } & object = lazyRouteComponent<M, N>(
    () =>
      bring().catch(error => {
        if (again.preload) missing.add(again.preload)
        throw refused(problemOf(error))
      }),
    name,
  )
  return again as ReturnType<typeof lazyRouteComponent<M, N>>
}

/** Asks once more for every piece that could not be brought. */
export async function bringMissing(): Promise<void> {
  const wanted = [...missing]
  missing.clear()
  await Promise.all(wanted.map(preload => preload()))
}

/** Vite takes a style sheet that the page names for one that is there, and would never ask for a failed one again. */
export const forgetFailedLinks = (): void =>
  document.addEventListener('error', ({ target }) => target instanceof HTMLLinkElement && target.remove(), true)
