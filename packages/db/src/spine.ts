import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from 'kysely'

type Instant = ColumnType<Date, Date | string, Date | string>
type MaybeInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
type DefaultInstant = ColumnType<Date, Date | string | undefined, Date | string>
type MaybeJson = ColumnType<unknown, string | null | undefined, string | null>

/** The tables that every service's schema has; a service's database type is `Tables & SpineTables`. */
export type SpineTables = {
  outbox: {
    id: GeneratedAlways<bigint>
    day: Generated<string>
    event_id: string
    type: string
    subject: string
    sequence: bigint
    occurred_at: Instant
    traceparent: string | null
    data: JSONColumnType<Record<string, unknown>>
    created_at: DefaultInstant
    published_at: MaybeInstant
    stream_seq: bigint | null
  }
  inbox: { day: string; event_id: string; type: string; received_at: DefaultInstant }
  aggregate_sequence: { noun: string; subject: string; sequence: bigint }
  heard_sequence: { noun: string; subject: string; sequence: bigint }
  parked: {
    id: GeneratedAlways<bigint>
    key: string
    durable: string
    stream: string
    stream_seq: bigint
    event_id: string | null
    type: string | null
    subject: string | null
    reason: string
    detail: string | null
    attempts: number
    payload: Buffer
    parked_at: DefaultInstant
    replay_requested_at: MaybeInstant
    replayed_at: MaybeInstant
  }
  leader: { name: string; epoch: bigint; since: Instant }
  relay: { only_row: Generated<boolean>; highest_seq: bigint; stream_created: string | null }
  idempotent_answer: {
    actor: string
    route: string
    key: string
    body_hash: Buffer
    status: number | null
    answer: MaybeJson
    created_at: DefaultInstant
  }
  audit: {
    id: GeneratedAlways<bigint>
    at: Instant
    recorded_at: DefaultInstant
    actor_kind: 'user' | 'system'
    actor_id: bigint | number | null
    account_id: bigint | number | null
    action: string
    object_type: string
    object_id: string
    before: MaybeJson
    after: MaybeJson
    request_id: string | null
  }
}

/** A service's tables with the spine's: the spine's own types win where codegen has found them too. */
export type WithSpine<Tables> = Omit<Tables, keyof SpineTables> & SpineTables
