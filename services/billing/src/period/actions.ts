import { closedMonths, closeMonth } from './store.ts'

/** The closed months of an account, and the closing of one: in the transaction that bills it. */
export const monthsClosed = closedMonths
export const close = closeMonth
