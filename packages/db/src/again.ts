const concurrent = new Set(['XX000', '23505', '42710', '42P06', '40001', '40P01'])

/** Roles and grants belong to the whole server: two provisioners may meet on one row, and the later one tries again. */
export async function again(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work()
      return
    } catch (error) {
      if (attempt >= 10 || !concurrent.has((error as { code?: string }).code ?? '')) throw error
      await new Promise(resolve => setTimeout(resolve, 20 * attempt))
    }
  }
}
