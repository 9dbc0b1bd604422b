import { useTranslation } from 'react-i18next'
import type { UnitPrices } from '../api/prices.ts'
import type { Image, SupplyClass, VmType } from '../api/vms.ts'
import { Memory, Money } from '../components/figures.tsx'
import { estimate } from '../components/price-estimate.ts'
import { useStyle } from '../components/style.ts'
import { SupplyMark } from '../components/vm-words.tsx'
import { ChoiceCards } from '../ui/choice-cards.tsx'
import classes from './vm-parts.module.css'

type Picked<T> = { value: T | null; onChange: (value: T) => void; error: string | undefined }

export function ImageChoice({ images, value, onChange, error }: { images: Image[] } & Picked<string>) {
  const { t } = useTranslation()
  const { language } = useStyle()
  return (
    <ChoiceCards
      name="image"
      legend={t('servers.image')}
      hint={t('servers.imageHint')}
      error={error}
      value={value}
      onChange={onChange}
      cards={images.map(image => ({ value: image.name, title: <bdi>{image.title[language]}</bdi> }))}
    />
  )
}

const supplies: readonly SupplyClass[] = ['always_on', 'battery_backed', 'solar_only']

/** The three promises of power, each with what happens when the sun is away, said before the money is spent. */
export function SupplyChoice({ value, onChange, error }: Picked<SupplyClass>) {
  const { t } = useTranslation()
  return (
    <ChoiceCards
      name="supplyClass"
      legend={t('servers.supplyLegend')}
      hint={t('servers.supplyHint')}
      error={error}
      columns={3}
      value={value}
      onChange={chosen => onChange(chosen as SupplyClass)}
      cards={supplies.map(supply => ({
        value: supply,
        icon: (
          <span className={classes.mark}>
            <SupplyMark supply={supply} />
          </span>
        ),
        title: t(`supply.${supply}.name`),
        note: t(`supply.${supply}.promise`),
      }))}
    />
  )
}

type Sizes = { sizes: VmType[]; leastMemoryMib: number; prices: UnitPrices | null; currency: string }

/** Sizes with what an hour and a month of running cost under the chosen promise. */
export function SizeChoice({
  sizes,
  leastMemoryMib,
  prices,
  currency,
  value,
  onChange,
  error,
}: Sizes & Picked<string>) {
  const { t } = useTranslation()
  return (
    <ChoiceCards
      name="vmType"
      legend={t('servers.size')}
      hint={t('servers.sizeHint')}
      error={error}
      columns={1}
      value={value}
      onChange={onChange}
      cards={sizes.map(size => {
        const cost = prices && estimate(size, prices)
        const small = size.memoryMib < leastMemoryMib
        return {
          value: size.name,
          disabled: small,
          title: <bdi>{size.name}</bdi>,
          note: (
            <span className={classes.parts}>
              <span>{t('servers.vcpus', { count: size.vcpus })}</span>
              <span>
                <Memory mib={size.memoryMib} /> {t('servers.memory')}
              </span>
              <span>
                <Memory mib={size.diskGib * 1024} /> {t('servers.disk')}
              </span>
              {small && <span>{t('servers.tooSmall')}</span>}
            </span>
          ),
          aside: cost && (
            <>
              <strong>
                <Money minor={cost.monthMinor} currency={currency} />
              </strong>
              <span className={classes.per}>{t('servers.perMonth')}</span>
            </>
          ),
        }
      })}
    />
  )
}
