import { useTranslation } from 'react-i18next'
import { repairsQuery } from '../../../api/repairs.ts'
import { Ago, Technical } from '../../../components/figures.tsx'
import { PlusIcon } from '../../../components/icons.tsx'
import { ButtonLink, Link } from '../../../components/link.tsx'
import { Pages, usePages } from '../../../components/loaded.tsx'
import { Page } from '../../../components/page.tsx'
import { RepairStateWord } from '../../../components/repair-words.tsx'
import { EmptyScene } from '../../../components/scenery.tsx'
import { Card } from '../../../ui/card.tsx'
import { Empty } from '../../../ui/state.tsx'
import classes from './list.module.css'

export function RepairsPage() {
  const { t } = useTranslation()
  const repairs = usePages(repairsQuery)
  const open = (
    <ButtonLink to="/customer/repairs/new" tone="sun" icon={<PlusIcon />}>
      {t('repairs.new')}
    </ButtonLink>
  )
  return (
    <Page title={t('repairs.title')} under={t('repairs.lead')} actions={open}>
      <Pages
        query={repairs}
        countText={count => t('repairs.count', { count })}
        empty={
          <Card>
            <Empty picture={<EmptyScene kind="repairs" />} title={t('repairs.emptyTitle')} action={open}>
              {t('repairs.emptyText')}
            </Empty>
          </Card>
        }
      >
        {rows => (
          <ul className={classes.cards}>
            {rows.map(repair => (
              <li key={repair.id} className={`repair-card ${classes.card}`} data-testid="list-row" data-id={repair.id}>
                <div className={classes.head}>
                  <Link
                    to="/customer/repairs/$id"
                    params={{ id: String(repair.id) }}
                    className={classes.number}
                    data-testid="repair-number"
                  >
                    <Technical>{repair.number}</Technical>
                  </Link>
                  <RepairStateWord state={repair.customerState} />
                </div>
                <p className={classes.text} dir="auto">
                  {repair.description}
                </p>
                <p className={classes.foot}>
                  {t(`repair.category.${repair.category}`)} · <Ago at={repair.openedAt} />
                </p>
              </li>
            ))}
          </ul>
        )}
      </Pages>
    </Page>
  )
}
