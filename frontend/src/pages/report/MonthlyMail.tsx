import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { api, data } from '@/api/client'
import { asProblem } from '@/api/problem'
import { useUser } from '@/api/session'
import { Banner } from '@/components/banner/Banner'
import { ButtonLink } from '@/components/button/Button'
import { ChipRadios } from '@/components/chip/Chip'
import { Failure } from '@/components/states/Failure'
import { Switch } from '@/components/switch/Switch'
import { dayOf } from '@/words/dates'
import parts from './parts.module.css'
import { subscriptionQuery, type Voice } from './queries'

const VOICES = [
  { value: 'plain', name: 'Plain' },
  { value: 'playful', name: 'Playful' },
] as const

/** Whether the report of each month is mailed, and in which wording. */
export function MonthlyMail() {
  const client = useQueryClient()
  const user = useUser()
  const subscription = useQuery(subscriptionQuery)
  const change = useMutation({
    mutationFn: (wish: { monthly: boolean; voice: Voice }) =>
      data(api.PUT('/v1/me/report/subscription', { body: wish })),
    onSuccess: (now) => client.setQueryData(subscriptionQuery.queryKey, now),
  })
  const now = change.isPending ? change.variables : subscription.data
  const since = subscription.data?.since
  const error = subscription.error ?? change.error
  return (
    <>
      <Switch
        label="Monthly report by mail"
        hint={
          now?.monthly && since
            ? `To ${user?.email ?? 'your address'}, since ${dayOf(since)}.`
            : `To ${user?.email ?? 'your address'}.`
        }
        checked={now?.monthly ?? false}
        disabled={!subscription.data}
        onChange={(monthly) => change.mutate({ monthly, voice: now?.voice ?? 'plain' })}
      />
      {now?.monthly ? (
        <div className={parts.chips}>
          <ChipRadios
            label="Wording of the mail"
            options={VOICES}
            value={now.voice}
            onChange={(voice) => change.mutate({ monthly: true, voice })}
          />
        </div>
      ) : null}
      {error && asProblem(error).status === 409 ? (
        <Banner
          kind="warn"
          title="The address is not verified yet."
          action={
            <ButtonLink kind="plain" to="/settings">
              Open settings
            </ButtonLink>
          }
        >
          Mails go out after the link in the first one was followed.
        </Banner>
      ) : error ? (
        <Failure error={error} retry={() => void subscription.refetch()} />
      ) : null}
    </>
  )
}
