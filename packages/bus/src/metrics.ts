import { counter, gauge, secondsHistogram } from '@sahary/observability/metrics'

export const unpublished = gauge('outbox_unpublished', 'Events that wait for the relay')
export const oldestUnpublished = gauge('outbox_oldest_unpublished_seconds', 'Age of the event that has waited longest')
export const relayLeader = gauge('relay_leader', '1 while this process relays for its schema')
export const published = counter('outbox_published_total', 'Events that the stream acknowledged')
export const rollbacks = counter('bus_rollback_detected_total', 'Times a stream had lost what it acknowledged')
export const relayFaults = counter('relay_faults_total', 'Turns of the relay that failed')
export const heard = counter('consumer_events_total', 'Messages by what became of them', ['noun', 'outcome'])
export const duplicates = counter('inbox_duplicates_total', 'Deliveries whose effect was there already', ['noun'])
export const deadLetters = counter('dead_letter_total', 'Messages parked', ['noun'])
export const lag = gauge('consumer_lag_messages', 'Messages that this durable has not been given', ['noun'])
export const oldestPending = gauge(
  'consumer_oldest_pending_seconds',
  'Age of the message last taken, 0 when it was the last',
  ['noun'],
)
export const durablesRemade = counter('consumer_recreated_total', 'Durables made anew', ['noun'])
export const processSeconds = secondsHistogram('messaging_process_duration_seconds', 'From delivery to ack', ['noun'])
