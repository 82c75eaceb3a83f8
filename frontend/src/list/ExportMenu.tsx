import { Menu } from '@mantine/core'
import { IconShare2 } from '@tabler/icons-react'
import { IconButton } from '@/components/button/IconButton'
import styles from './ExportMenu.module.css'
import { type ExportFormat, exported, FORMATS, fileName, type ListFile } from './exports'

/** The formats; opened as soon as it is here, because the press that asked for it came before. */
export default function ExportMenu({ file }: { file: ListFile }) {
  return (
    <Menu
      defaultOpened
      position="bottom-end"
      width={200}
      radius="md"
      shadow="md"
      classNames={{ dropdown: styles.menu, item: styles.item }}
    >
      <Menu.Target>
        <IconButton label="Export" disabled={!file.tracks.length}>
          <IconShare2 size={20} stroke={1.6} />
        </IconButton>
      </Menu.Target>
      <Menu.Dropdown aria-label="Export">
        {FORMATS.map(({ format, name, type }) => (
          <Menu.Item key={format} onClick={() => save(file, format, type)}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function save(file: ListFile, format: ExportFormat, type: string): void {
  const address = URL.createObjectURL(new Blob([exported(format, file)], { type: `${type};charset=utf-8` }))
  const link = Object.assign(document.createElement('a'), { href: address, download: fileName(file.title, format) })
  link.click()
  window.setTimeout(() => URL.revokeObjectURL(address), 1000)
}
