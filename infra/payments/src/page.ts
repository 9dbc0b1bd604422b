import { type Intent, mayPay, testCards } from './intent.ts'

const words = {
  ar: {
    title: 'شبكة بطاقات تجريبية',
    notice: 'هذه صفحة دفع تجريبية. لا تُخصم أي مبالغ حقيقية.',
    pay: 'ادفع',
    number: 'رقم البطاقة',
    cards: 'بطاقات الاختبار',
    unknown: 'هذه ليست بطاقة اختبار. اختر واحدة من القائمة.',
    back: 'العودة إلى المتجر',
    states: {
      open: '',
      processing: 'يجري تنفيذ الدفع…',
      succeeded: 'تم الدفع.',
      failed: 'رُفضت البطاقة ولم يُخصم شيء. جرّب بطاقة أخرى.',
      cancelled: 'أُلغيت عملية الدفع هذه.',
      refunded: 'أُعيد المبلغ.',
    },
  },
  en: {
    title: 'Test card network',
    notice: 'This is a test checkout. No real money moves.',
    pay: 'Pay',
    number: 'Card number',
    cards: 'Test cards',
    unknown: 'This is not a test card. Choose one of the list.',
    back: 'Back to the shop',
    states: {
      open: '',
      processing: 'The payment is being made…',
      succeeded: 'Paid.',
      failed: 'The card was refused and nothing was taken. Try another one.',
      cancelled: 'This payment was cancelled.',
      refunded: 'The money went back.',
    },
  },
} as const

const escaped = (text: string): string => text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)

/** `140.73 EGP`; amounts are isolated from the text's direction. */
export const amountText = ({ amountMinor, currency }: Pick<Intent, 'amountMinor' | 'currency'>): string =>
  `${Math.floor(amountMinor / 100).toLocaleString('en-US')}.${String(amountMinor % 100).padStart(2, '0')} ${currency}`

const style = `
  :root { color-scheme: light dark; font-family: 'IBM Plex Sans Arabic', system-ui, sans-serif }
  body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: light-dark(#f6f3ec, #17150f) }
  main { width: min(26rem, 92vw); padding: 2rem; border-radius: 1rem; background: light-dark(#fff, #221f17); box-shadow: 0 1rem 3rem #0002 }
  h1 { margin: 0; font-size: 1rem; font-weight: 500; opacity: .7 }
  .amount { margin: .25rem 0 1rem; font-size: 2rem; font-weight: 600; unicode-bidi: isolate; direction: ltr; text-align: start }
  [dir=rtl] .amount { text-align: end }
  .test { padding: .6rem .8rem; border-radius: .6rem; background: light-dark(#fdf0d2, #3a3016); font-size: .9rem }
  input { width: 100%; box-sizing: border-box; padding: .8rem; font-size: 1.1rem; border: 1px solid #8886; border-radius: .6rem; direction: ltr }
  button { width: 100%; padding: .9rem; margin-top: 1rem; border: 0; border-radius: .6rem; font-size: 1.05rem; background: #b45309; color: #fff; cursor: pointer }
  .cards { list-style: none; padding: 0; margin: 1.5rem 0 0; font-size: .9rem }
  .cards li { display: flex; justify-content: space-between; gap: 1rem; padding: .35rem 0 }
  bdi { font-variant-numeric: tabular-nums } .wrong { color: #b91c1c }`

/** The hosted checkout page, in the payer's language; `nonce` is what its style is allowed by. */
export function checkoutPage(intent: Intent, nonce: string, unknownCard = false): string {
  const say = words[intent.locale]
  const state = say.states[intent.status]
  const cards = testCards.map(card => `<li><bdi>${grouped(card.number)}</bdi><span>${card[intent.locale]}</span></li>`)
  const form = `
    <form method="post">
      <p><label for="card">${say.number}</label></p>
      <input id="card" name="card" inputmode="numeric" autocomplete="off" required value="${unknownCard ? '' : grouped(testCards[0]!.number)}">
      ${unknownCard ? `<p class="wrong" role="alert">${say.unknown}</p>` : ''}
      <button type="submit">${say.pay} <bdi>${escaped(amountText(intent))}</bdi></button>
    </form>
    <ul class="cards" aria-label="${say.cards}">${cards.join('')}</ul>`
  return `<!doctype html>
<html lang="${intent.locale}" dir="${intent.locale === 'ar' ? 'rtl' : 'ltr'}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${say.title}</title>
${intent.status === 'processing' ? '<meta http-equiv="refresh" content="1">' : ''}
<style nonce="${nonce}">${style}</style></head>
<body><main>
  <h1>${escaped(intent.description)}</h1>
  <p class="amount">${escaped(amountText(intent))}</p>
  <p class="test">${say.notice}</p>
  ${state === '' ? '' : `<p role="status">${state}</p>`}
  ${mayPay(intent) ? form : ''}
  <p><a href="${escaped(intent.returnUrl)}">${say.back}</a></p>
</main></body></html>`
}

const grouped = (number: string): string => number.replace(/(\d{4})(?=\d)/g, '$1 ')
