import { Menu } from '@mantine/core'
import type { ReactElement } from 'react'
import styles from './ItemMenu.module.css'
import type { MenuItem } from './LazyMenu'

interface Props {
  label: string
  target: ReactElement
  items: readonly MenuItem[]
}

/** The items of a menu; opened as soon as it is here, because the press that asked for it came before. */
export default function ItemMenu({ label, target, items }: Props) {
  return (
    <Menu
      defaultOpened
      position="bottom-end"
      width={268}
      radius="md"
      shadow="md"
      classNames={{ dropdown: styles.menu, item: styles.item }}
    >
      <Menu.Target>{target}</Menu.Target>
      <Menu.Dropdown aria-label={label}>
        {items.map(({ key, name, detail, run, disabled }) => (
          <Menu.Item
            key={key ?? name}
            disabled={disabled ?? false}
            onClick={run}
            rightSection={detail ? <span className={styles.detail}>{detail}</span> : undefined}
          >
            <bdi>{name}</bdi>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
