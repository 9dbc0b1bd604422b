import {
  IconActivity,
  IconArrowLeft,
  IconBattery3,
  IconBell,
  IconBolt,
  IconBuildingFactory2,
  IconChartHistogram,
  IconCircleCheck,
  IconCopy,
  IconCreditCard,
  IconDots,
  IconDownload,
  IconFileInvoice,
  IconHome,
  IconLogout,
  IconMessage,
  IconPlayerPlay,
  IconPlugConnected,
  IconPlus,
  IconPower,
  IconRefresh,
  IconServer2,
  IconSettings,
  IconSolarPanel,
  IconTool,
  IconTrash,
  IconWifiOff,
} from '@tabler/icons-react'
import classes from './icons.module.css'
import { drawn } from './icons-entry.tsx'

export const ActivityIcon = drawn(IconActivity)
export const BatteryIcon = drawn(IconBattery3)
export const BellIcon = drawn(IconBell)
export const BoltIcon = drawn(IconBolt)
export const DoneIcon = drawn(IconCircleCheck)
export const CopyIcon = drawn(IconCopy)
export const CardIcon = drawn(IconCreditCard)
export const DeviceIcon = drawn(IconSolarPanel)
export const DownloadIcon = drawn(IconDownload)
export const GeneratorIcon = drawn(IconBuildingFactory2)
export const GridIcon = drawn(IconPlugConnected)
export const HomeIcon = drawn(IconHome)
export const InvoiceIcon = drawn(IconFileInvoice)
export const LogoutIcon = drawn(IconLogout)
export const MessageIcon = drawn(IconMessage)
export const MoreIcon = drawn(IconDots)
export const PlusIcon = drawn(IconPlus)
export const PowerIcon = drawn(IconPower)
export const RepairIcon = drawn(IconTool)
export const RestartIcon = drawn(IconRefresh)
export const ServerIcon = drawn(IconServer2)
export const SettingsIcon = drawn(IconSettings)
export const StartIcon = drawn(IconPlayerPlay)
export const TrashIcon = drawn(IconTrash)
export const UsageIcon = drawn(IconChartHistogram)
export const WifiOffIcon = drawn(IconWifiOff)

/** Points back along the reading direction; one of the few pictures that are mirrored. */
export function BackArrow() {
  return (
    <span className={classes.mirrored}>
      <IconArrowLeft size={18} stroke={1.75} aria-hidden />
    </span>
  )
}
