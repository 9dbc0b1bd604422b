import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { invoicePdf } from '../api/invoices.ts'
import { problemOf } from '../api/problem.ts'
import { language } from '../i18n/i18n.ts'
import { Button } from '../ui/button.tsx'
import { toast } from '../ui/toast.tsx'
import { DownloadIcon } from './icons.tsx'

/** The document in the page's language first, and in the other beside it. */
export function InvoicePdf({ id, number }: { id: number; number: string }) {
  const { t } = useTranslation()
  const get = useMutation({
    mutationFn: async (lang: 'ar' | 'en') => save(await invoicePdf(id, lang), `${number}-${lang}.pdf`),
    onError: error => toast(problemOf(error).title, 'bad'),
  })
  const first = language()
  const other = first === 'ar' ? 'en' : 'ar'
  return (
    <>
      <Button
        icon={<DownloadIcon />}
        busy={get.isPending && get.variables === first}
        data-testid={`pdf-${first}`}
        onClick={() => get.mutate(first)}
      >
        {t('invoice.pdf')}
      </Button>
      <Button
        tone="quiet"
        lang={other}
        busy={get.isPending && get.variables === other}
        data-testid={`pdf-${other}`}
        onClick={() => get.mutate(other)}
      >
        {t('invoice.pdfOther')}
      </Button>
    </>
  )
}

/** Hands a file to the browser; it came with the person's token, which no plain link could carry. */
function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
