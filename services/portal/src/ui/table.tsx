import type { ReactNode } from 'react'
import classes from './table.module.css'

export type Column<Row> = { key: string; title: string; cell: (row: Row) => ReactNode; end?: boolean }
export type TableProps<Row> = {
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  keyOf: (row: Row) => string | number
  testId?: string
}

/** A table that turns into cards where the page is narrow; the first column names the row. */
export function Table<Row>({ caption, columns, rows, keyOf, testId = 'list-table' }: TableProps<Row>) {
  return (
    <table className={classes.table} data-testid={testId}>
      <caption className={classes.caption}>{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ key, title, end }) => (
            <th key={key} scope="col" data-end={end || undefined}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={keyOf(row)} data-testid="list-row" data-id={keyOf(row)}>
            {columns.map(({ key, title, cell, end }, index) =>
              index === 0 ? (
                <th key={key} scope="row">
                  {cell(row)}
                </th>
              ) : (
                <td key={key} data-title={title} data-end={end || undefined}>
                  {cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
