import type { Locale } from '@sahary/contracts/fields'
import type { VmReason } from '@sahary/contracts/vm'
import type { Target } from '../reconcile/step.ts'

export const verbs = ['create', 'start', 'stop', 'reboot', 'delete', 'cap', 'uncap'] as const
export type Verb = (typeof verbs)[number]

export type Action = {
  id: number
  vmId: number
  verb: Verb
  reason: VmReason
  status: 'running' | 'success' | 'error'
  progress: number
  generation: number
  errorCode: Ending | null
  startedAt: Date
  finishedAt: Date | null
}

/** Where a verb leads; null for one that leaves the power as it is. */
const leadsTo: Record<Verb, Target | null> = {
  create: 'running',
  start: 'running',
  reboot: 'running',
  stop: 'off',
  delete: 'deleted',
  cap: null,
  uncap: null,
}

/** A new action ends an older one that led elsewhere: a customer is never stuck behind what hangs. */
export function supersedes(newer: Verb, older: Verb): boolean {
  if (newer === 'cap' || newer === 'uncap') return older === 'cap' || older === 'uncap'
  if (newer === 'delete') return true
  return leadsTo[older] !== null && leadsTo[older] !== leadsTo[newer]
}

/** Real seconds that an action may take before it is called failed; the engine is still driven after that. */
export const deadlineS: Record<Verb, number> = {
  create: 120,
  start: 60,
  stop: 60,
  reboot: 90,
  delete: 120,
  cap: 60,
  uncap: 60,
}

/** Why an action ended without success; the text is for people who read the action. */
export const endings = {
  superseded: { en: 'Another action took its place.', ar: 'حلّ إجراء آخر محله.' },
  deadline_passed: {
    en: 'It did not finish in time; we keep trying.',
    ar: 'لم يكتمل في الوقت المحدد، وما زلنا نحاول.',
  },
  host_unreachable: {
    en: 'The host did not answer in time; we keep trying.',
    ar: 'لم يستجب المضيف في الوقت المحدد، وما زلنا نحاول.',
  },
  disk_missing: { en: 'The disk of the server is not on its host.', ar: 'قرص الخادم غير موجود على مضيفه.' },
  container_name_taken: {
    en: 'Something else stands in the place of the server on its host.',
    ar: 'يشغل شيء آخر مكان الخادم على مضيفه.',
  },
  container_dead: {
    en: 'The host could not take the server down in order.',
    ar: 'لم يتمكن المضيف من إيقاف الخادم إيقافًا سليمًا.',
  },
  creation_failed: { en: 'The server could not be made.', ar: 'تعذّر إنشاء الخادم.' },
} as const satisfies Record<string, Record<Locale, string>>
export type Ending = keyof typeof endings
export const endingCodes = Object.keys(endings) as [Ending, ...Ending[]]

/** The error of an action in the reader's language; null when it has none. */
export const errorOf = ({ errorCode: code }: Action, locale: Locale): { code: Ending; message: string } | null =>
  code === null ? null : { code, message: endings[code][locale] }
