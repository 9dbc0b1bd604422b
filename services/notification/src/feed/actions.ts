import { emitAll } from '@sahary/bus/emit'
import type { SaharyEvent } from '@sahary/contracts/events'
import type { Tx } from '@sahary/db/connect'
import { advisoryLock } from '@sahary/db/lock'
import type { Database } from '../app.ts'
import { introducedBy, needsOf, type Reference } from '../held/need.ts'
import { hold, release } from '../held/store.ts'
import { copyPeople } from '../person/actions.ts'
import { isKnown, membersOf, type Reader, readerBy, staffIn } from '../person/store.ts'
import { factsOf } from '../power/actions.ts'
import { type Audience, aboutOf, type Notice } from './notice.ts'
import { noticesOf } from './notices.ts'
import { insertNotifications, type Notification } from './store.ts'
import { textOf } from './text.ts'

/** A notice of an event, and what tells it from the event's other notices. */
export type Telling = { notice: Notice; about: string; event: Pick<SaharyEvent, 'id' | 'time'> }

/**
 * Takes an event in: copies what it says, tells whom it concerns, and takes in what waited for it. An event about
 * somebody of whom nothing is known yet is put aside until there is.
 */
export async function hear(tx: Tx<Database>, event: SaharyEvent): Promise<void> {
  const missing = await firstMissing(tx, needsOf(event))
  if (missing) return hold(tx, event, missing)
  const introduced = introducedBy(event)
  if (introduced) await lockReference(tx, introduced)
  await copyPeople(tx, event)
  const facts = await factsOf(tx, event)
  const plain = facts ?? noticesOf(event).map(notice => ({ notice, about: aboutOf(notice.audience), event }))
  for (const telling of plain) await tell(tx, telling)
  if (introduced) for (const waited of await release(tx, introduced)) await hear(tx, waited)
}

/** The first reference that nobody has spoken of yet; looked for again under its lock before it is believed. */
async function firstMissing(tx: Tx<Database>, references: readonly Reference[]): Promise<Reference | null> {
  for (const reference of references) {
    if (await isKnown(tx, reference)) continue
    await lockReference(tx, reference)
    if (!(await isKnown(tx, reference))) return reference
  }
  return null
}

/** Whoever introduces a reference and whoever waits for it must not pass each other unseen. */
const lockReference = (tx: Tx<Database>, reference: Reference): Promise<void> => advisoryLock(tx, 'known', reference)

/** Puts a notice into the feeds of its audience, each in their language, once; and says so. */
async function tell(tx: Tx<Database>, { notice, about, event }: Telling): Promise<void> {
  const { audience, kind, params, severity, link } = notice
  const readers = await readersOf(tx, audience)
  const accountId = audience.to === 'staff' ? null : audience.accountId
  const at = new Date(event.time)
  const told = await insertNotifications(
    tx,
    readers.map(({ userId, locale }) => {
      const [title, body] = textOf(notice, locale)
      return { userId, accountId, eventId: event.id, about, kind, params, severity, locale, title, body, link, at }
    }),
  )
  await emitAll(tx, told.map(deliveredOf))
}

const deliveredOf = ({ id, userId, accountId, kind, at }: Notification) =>
  ({
    type: 'notification.delivered',
    subjectId: id,
    data: { notificationId: id, userId, accountId, kind, channel: 'feed' },
    at,
  }) as const

function readersOf(tx: Tx<Database>, audience: Audience): Promise<Reader[]> {
  if (audience.to === 'user') return readerBy(tx, audience.userId)
  if (audience.to === 'account') return membersOf(tx, audience.accountId, audience.roles)
  return staffIn(tx, audience.roles)
}
