import type { VmFault } from '@sahary/contracts/vm'
import { arabicRepairs } from './arabic-repairs.ts'
import type { Params } from './notice.ts'
import type { Catalogue } from './text.ts'
import { counted, dayText, ended, fenced, lastDayText, listed, moneyText, timeText } from './wording.ts'

const money = ({ minor, currency }: { minor: number; currency: string }) => moneyText('ar', minor, currency)
const names = (all: readonly string[]) => listed('ar', all)
const servers = (n: number) =>
  counted('ar', n, {
    zero: 'لا خوادم',
    one: 'خادم واحد',
    two: 'خادمان',
    few: '{n} خوادم',
    many: '{n} خادمًا',
    other: '{n} خادم',
  })
/** The same after a preposition: the dual changes its ending. */
const ofServers = (n: number) => (n === 2 ? 'خادمين' : servers(n))

const because: Record<Params['vm_started']['reason'], string> = {
  user: 'بناءً على طلبك',
  energy: 'بسبب حالة الطاقة في موقعه',
  crash: 'بعد عطل مفاجئ',
  billing: 'بسبب فواتير حسابك',
  operator: 'بواسطة فريق التشغيل',
}
const levels: Record<Params['site_level']['level'], string> = {
  normal: 'عادي',
  watch: 'مراقبة',
  low: 'منخفض',
  backup: 'احتياطي',
  critical: 'حرج',
  safe_stop: 'إيقاف آمن',
}
const sessions: Record<Params['session_ended']['reason'], string> = {
  reuse: 'استُخدم رمز دخول خاص بك مرة ثانية، فأنهينا تلك الجلسة. لم تكن أنت؟ غيّر كلمة المرور.',
  password: 'تغيّرت كلمة المرور، فأنهينا جلساتك الأخرى.',
  admin: 'أنهى أحد المديرين إحدى جلساتك.',
}
const members = { owner: 'مالك', member: 'عضو', viewer: 'مُطّلع' }
const hosts: Record<Params['host_changed']['state'], string> = {
  joined: 'انضم إلى المنصة.',
  lost: 'لم يعد يستجيب.',
  recovered: 'عاد إلى الاستجابة.',
  drained: 'أصبح خاليًا ويمكن سحبه.',
}
const faults: Record<VmFault, string> = {
  creation_failed: 'تعذّر إنشاؤه. شغّله لنحاول من جديد، أو احذفه.',
  disk_missing: 'لم يعد قرصه موجودًا على مضيفه، فلا يمكن تشغيله.',
  container_name_taken: 'مكانه على مضيفه مشغول، فلا يمكن تشغيله.',
  container_dead: 'تعذّر على مضيفه إيقافه بصورة سليمة.',
  out_of_memory: 'استنفد ذاكرته فانتهى. قد يناسبه نوع ذاكرته أكبر.',
  exited: 'انتهى من تلقاء نفسه بسبب خطأ داخله.',
}
const and = (...sentences: (string | false)[]) => sentences.filter(Boolean).join(' ')

/** Every notice in Arabic. */
export const arabic: Catalogue = {
  welcome: p => ['أهلًا بك في سحابة صحاري', `${fenced(p.name)}، حسابك جاهز. أنشئ أول خادم لك على طاقة الشمس.`],
  identifier_verified: p => [
    'تم التحقق',
    p.channel === 'email' ? 'تم التحقق من بريدك الإلكتروني.' : 'تم التحقق من رقم الموبايل.',
  ],
  signed_in: () => ['تسجيل دخول جديد', 'سُجّل الدخول إلى حسابك. لم تكن أنت؟ غيّر كلمة المرور فورًا.'],
  user_reactivated: () => ['أُعيد تفعيل المستخدم', 'يمكنك تسجيل الدخول والعمل كما كنت.'],
  roles_changed: p => [
    'تغيّرت أدوارك',
    p.roles.length > 0 ? `أدوارك الآن: ${names(p.roles)}.` : 'لم يعد لك دور ضمن فريق العمل.',
  ],
  session_ended: p => ['أُنهيت جلسة', sessions[p.reason]],
  member_changed: p => ['تغيّرت عضويتك في حساب', p.role ? `دورك الآن: ${members[p.role]}.` : 'لم تعد عضوًا فيه.'],
  token_created: p => ['أُنشئ رمز API', `أصبح الرمز ${fenced(p.name)} قادرًا على العمل باسمك.`],
  token_revoked: () => ['أُلغي رمز API', 'لم يعد قادرًا على العمل باسمك.'],
  security_alert: p => ['تنبيه أمني', `${fenced(p.kind)}: ${fenced(p.detail)}`],
  vm_created: p => [`أُنشئ الخادم ${fenced(p.name)}`, 'يجري تجهيزه وسيعمل بعد لحظات.'],
  vm_started: p => [
    `الخادم ${fenced(p.name)} يعمل`,
    p.reason === 'energy' ? 'عادت الطاقة فشغّلناه من جديد، وملفاته كما هي.' : `تم تشغيله ${because[p.reason]}.`,
  ],
  vm_stopped: p => [
    `توقف الخادم ${fenced(p.name)}`,
    p.reason === 'energy'
      ? 'بطارية الموقع منخفضة. سنشغّله تلقائيًا عند عودة الشمس، وملفاته محفوظة.'
      : `تم إيقافه ${because[p.reason]}.`,
  ],
  vm_paused: p => [`أُوقف الخادم ${fenced(p.name)} مؤقتًا`, `تم ذلك ${because[p.reason]}، وذاكرته محفوظة.`],
  vm_resumed: p => [`استأنف الخادم ${fenced(p.name)} عمله`, `تم ذلك ${because[p.reason]}.`],
  vm_resized: p => [`تغيّر حجم الخادم ${fenced(p.name)}`, `أصبح من النوع ${fenced(p.vmType)}.`],
  vm_deleted: p => [`حُذف الخادم ${fenced(p.name)}`, `تم ذلك ${because[p.reason]}.`],
  vm_failed: p => [`تعطّل الخادم ${fenced(p.name)}`, p.code ? faults[p.code] : 'انتهى بسبب عطل.'],
  power_stopping: p => [
    p.stopAt
      ? `سيتوقف ${servers(p.stops.length)} الساعة ${timeText('ar', p.stopAt)}`
      : `سيتوقف ${servers(p.stops.length)} الآن`,
    and(
      `البطارية منخفضة: ${names(p.stops)}. احفظ عملك؛ سنعيد التشغيل تلقائيًا عند عودة الشمس.`,
      p.caps.length > 0 && `ويستمر ${servers(p.caps.length)} بمعالج أقل: ${names(p.caps)}.`,
    ),
  ],
  power_limited: p => [
    'الطاقة تتناقص',
    and(
      p.caps.length > 0 && `يستمر ${servers(p.caps.length)} بمعالج أقل: ${names(p.caps)}.`,
      p.warns.length > 0 &&
        `لا يتغيّر شيء بعد بالنسبة إلى ${ofServers(p.warns.length)}: ${names(p.warns)}. إذا انخفضت البطارية أكثر فسنوقف الخوادم بالترتيب.`,
    ),
  ],
  power_returned: p => [
    'عادت الطاقة',
    and(
      p.restarts.length > 0 && `نعيد الآن تشغيل ${ofServers(p.restarts.length)}: ${names(p.restarts)}.`,
      p.lifts.length > 0 && `وعاد ${servers(p.lifts.length)} إلى السرعة الكاملة: ${names(p.lifts)}.`,
    ),
  ],
  invoice_finalized: p => [
    `صدرت الفاتورة ${fenced(p.number)}`,
    `${money(p.total)} عن الفترة من ${dayText('ar', p.period.from)} إلى ${lastDayText('ar', p.period.to)}، وتستحق حتى ${lastDayText('ar', p.dueAt)}.`,
  ],
  invoice_paid: p => [`سُددت الفاتورة ${fenced(p.number)}`, `${ended(money(p.total))} شكرًا لك.`],
  invoice_overdue: p => [
    `الفاتورة ${fenced(p.number)} متأخرة`,
    `لم يُسدد مبلغ ${ended(money(p.total))} ادفع الآن كي تستمر خوادمك في العمل.`,
  ],
  invoice_voided: p => [`أُلغيت الفاتورة ${fenced(p.number)}`, 'لا يستحق عليك شيء عنها.'],
  payment_succeeded: p => ['وصلت الدفعة', `استلمنا ${ended(money(p.amount))}`],
  payment_failed: p => [
    'لم تتم الدفعة',
    `تعذّر تحصيل ${ended(money(p.amount))} لم يُخصم شيء؛ حاول مرة أخرى أو ادفع بطريقة أخرى.`,
  ],
  payment_refunded: p => ['رُدّت الدفعة', `مبلغ ${money(p.amount)} في طريقه إليك.`],
  credit_note_issued: p => [`إشعار دائن ${fenced(p.number)}`, `أُضيف إلى رصيدك ${ended(money(p.total))}`],
  budget_reached: p => [`أنفقت ${p.percent}% من ميزانيتك`, `${money(p.spent)} من ${ended(money(p.limit))}`],
  account_suspended: p => ['حسابك موقوف', `السبب: ${fenced(p.reason)}.`],
  account_reinstated: () => ['عاد حسابك إلى العمل', 'يمكنك تشغيل خوادمك.'],
  site_level: p => [
    `الموقع ${p.siteId}: ${levels[p.level]}`,
    `كان المستوى ${levels[p.from]}${p.chargePercent === null ? '' : `، وشحن البطارية ${p.chargePercent}%`}.`,
  ],
  backup_changed: p => [
    `الموقع ${p.siteId}: ${p.engaged ? 'بدأ' : 'انتهى'} المصدر الاحتياطي`,
    p.source === 'grid' ? 'المصدر: الشبكة.' : 'المصدر: المولّد.',
  ],
  inverter_offline: p => [
    `العاكس ${p.inverterId} لا يرسل`,
    `الموقع ${p.siteId}، آخر قراءة الساعة ${timeText('ar', p.lastSeenAt)}.`,
  ],
  inverter_online: p => [`عاد العاكس ${p.inverterId} إلى الإرسال`, `الموقع ${p.siteId}.`],
  diagnosis_raised: p => [`الموقع ${p.siteId}: ${fenced(p.kind)}`, fenced(p.summary)],
  host_changed: p => [`المضيف ${fenced(p.name)}`, hosts[p.state]],
  ...arabicRepairs,
}
