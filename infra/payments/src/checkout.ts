import type { Intent } from './intent.ts'

const words = {
  ar: {
    dir: 'rtl',
    title: 'بوابة الدفع التجريبية',
    notice: 'بيئة اختبار: لا تُسحب أي أموال.',
    pay: 'ادفع',
    card: 'رقم البطاقة',
    paid: 'تم الدفع بنجاح.',
    canceled: 'أُلغيت عملية الدفع.',
    processing: 'جارٍ التنفيذ…',
    failed: 'رُفضت البطاقة. جرّب بطاقة أخرى.',
    back: 'العودة إلى سحابة صحاري',
  },
  en: {
    dir: 'ltr',
    title: 'Test checkout',
    notice: 'A sandbox: no money moves.',
    pay: 'Pay',
    card: 'Card number',
    paid: 'Paid.',
    canceled: 'This payment was canceled.',
    processing: 'Working on it…',
    failed: 'The card was declined. Try another one.',
    back: 'Back to Sahary Cloud',
  },
} as const

const asText = (text: string): string => text.replace(/[&<>"']/g, character => `&#${character.codePointAt(0)};`)

const amount = (intent: Intent): string => {
  const minor = String(intent.amountMinor).padStart(3, '0')
  return `${minor.slice(0, -2)}.${minor.slice(-2)} ${intent.currency}`
}

const style = `
  body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f6efe2;color:#3a2f22;font:16px/1.7 system-ui,sans-serif}
  main{background:#fff;padding:2.5rem;border-radius:18px;width:min(24rem,90vw);box-sizing:border-box;box-shadow:0 12px 40px #7a5a2a22}
  h1{font-size:1.2rem;margin:0}.amount{font-size:2rem;font-weight:700;margin:.25rem 0 1.25rem}
  .notice{background:#fff4d6;border-radius:10px;padding:.4rem .8rem;margin:.8rem 0}
  label{display:block;font-weight:600}input{width:100%;box-sizing:border-box;font:inherit;padding:.7rem;border:1px solid #b79b6c;border-radius:10px;direction:ltr}
  button{margin-top:1rem;width:100%;font:inherit;font-weight:700;padding:.8rem;border:0;border-radius:10px;background:#8a4b08;color:#fff;cursor:pointer}
  .failed{color:#9b1c1c}a{color:#8a4b08}`

/** The page on which a person pays `intent` with a test card, in the intent's language. */
export function checkoutPage(intent: Intent): string {
  const say = words[intent.locale]
  const form = `<form method="post" action="/checkout/${intent.id}">
    <label for="card">${say.card}</label>
    <input id="card" name="card" inputmode="numeric" autocomplete="cc-number" required maxlength="40">
    <button type="submit">${say.pay} <bdi dir="ltr">${amount(intent)}</bdi></button></form>`
  const body = {
    requires_payment_method: form,
    failed: `<p class="failed" role="alert">${say.failed}</p>${form}`,
    processing: `<p role="status">${say.processing}</p>`,
    succeeded: `<p role="status">${say.paid}</p><a href="${asText(intent.returnUrl)}">${say.back}</a>`,
    canceled: `<p role="status">${say.canceled}</p><a href="${asText(intent.returnUrl)}">${say.back}</a>`,
  }[intent.status]
  return `<!doctype html><html lang="${intent.locale}" dir="${say.dir}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>${say.title}</title><style>${style}</style></head>
<body data-status="${intent.status}"><main><h1>${say.title}</h1><p class="notice">${say.notice}</p>
<div>${asText(intent.description)}</div><div class="amount"><bdi dir="ltr">${amount(intent)}</bdi></div>${body}</main></body></html>`
}
