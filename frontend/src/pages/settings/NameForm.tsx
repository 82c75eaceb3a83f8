import { useId, useState } from 'react'
import { api, data } from '@/api/client'
import { updateUser } from '@/api/session'
import type { Person } from '@/api/types'
import { Button } from '@/components/button/Button'
import { Field } from '@/components/field/Field'
import { FormFaults } from '@/components/form/FormFaults'
import { emptyFault, useForm } from '@/components/form/useForm'
import { LineForm } from './LineForm'

export function NameForm({ user, done }: { user: Person; done: () => void }) {
  const form = useForm()
  const [name, setName] = useState(user.name)
  const field = useId()
  const submit = async () => {
    const save = async () => updateUser(await data(api.PATCH('/v1/me', { body: { name: name.trim() } })))
    if (await form.submit([emptyFault(field, name, 'Enter a name. Anything will do.')], save)) done()
  }
  return (
    <LineForm onSubmit={submit}>
      <FormFaults form={form} />
      <Field
        id={field}
        label="New name"
        autoComplete="name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={form.faultOf(field)}
      />
      <Button kind="solid" type="submit" busy={form.busy}>
        Save the name
      </Button>
    </LineForm>
  )
}
