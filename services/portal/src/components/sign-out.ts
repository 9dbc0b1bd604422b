import i18next from 'i18next'
import { problemOf } from '../api/problem.ts'
import { signOut } from '../session/sign-in.ts'
import { toast } from '../ui/toast.tsx'

/** Signs out; somebody who is still signed in is told so, for a browser may not be theirs alone. */
export const leave = (): Promise<void> =>
  signOut().catch(error => toast(i18next.t('nav.logoutFailed', { reason: problemOf(error).title }), 'bad'))
