import type { ErrorTexts } from './texts.ts'

/** Refusals of billing. */
export const billingErrors = {
  documents_unavailable: {
    kind: 'unavailable',
    en: 'Documents cannot be reached at the moment. Try again in a little while.',
    ar: 'لا يمكن الوصول إلى المستندات الآن. حاول مرة أخرى بعد قليل.',
  },
  invoice_already_paid: {
    kind: 'conflict',
    en: 'This invoice is paid already.',
    ar: 'هذه الفاتورة مسددة بالفعل.',
  },
  invoice_not_payable: {
    kind: 'conflict',
    en: 'This invoice does not wait for a payment.',
    ar: 'هذه الفاتورة لا تنتظر سدادًا.',
  },
  payment_provider_silent: {
    kind: 'unavailable',
    en: 'The card network does not answer. Nothing was charged; try again in a moment.',
    ar: 'شبكة البطاقات لا تستجيب. لم يُخصم شيء؛ حاول مرة أخرى بعد قليل.',
  },
  webhook_not_believed: {
    kind: 'unauthenticated',
    en: 'The signature of this webhook is not right, or it is too old.',
    ar: 'توقيع هذا الإشعار غير صحيح أو أنه قديم.',
  },
  webhook_id_reused: {
    kind: 'conflict',
    en: 'Another webhook came under this id.',
    ar: 'وصل إشعار آخر بالمعرّف نفسه.',
  },
  webhook_unknown_payment: {
    kind: 'not_found',
    en: 'This webhook tells of a payment that is not known here.',
    ar: 'يخص هذا الإشعار عملية دفع غير معروفة هنا.',
  },
} as const satisfies ErrorTexts
