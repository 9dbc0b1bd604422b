import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../ui/button.tsx'
import { Spoken } from '../ui/layout.tsx'
import classes from './copy-line.module.css'
import { CopyIcon } from './icons.tsx'
import { CheckIcon } from './icons-entry.tsx'

// Browsers lend the clipboard to pages over TLS and of this machine alone; elsewhere the line can still be selected.
const canCopy = (): boolean => 'clipboard' in navigator

/** A line for a terminal, with a button that copies it. */
export function CopyLine({ text, label, testId }: { text: string; label: string; testId?: string }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 2_000)
  }
  return (
    <div className={classes.line} dir="ltr">
      <code data-testid={testId}>
        <bdi dir="ltr">{text}</bdi>
      </code>
      {canCopy() && (
        <IconButton label={label} onClick={() => void copy()}>
          {copied ? <CheckIcon /> : <CopyIcon />}
        </IconButton>
      )}
      <Spoken live>{copied ? t('act.copied') : ''}</Spoken>
    </div>
  )
}
