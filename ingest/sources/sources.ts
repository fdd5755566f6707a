import type { Mapping } from '../shape.ts'
import { crmContact } from './crm-contact.ts'
import { loyaltyCard } from './loyalty-card.ts'
import { observations } from './observations.ts'
import { posSale } from './pos-sale.ts'
import { webClick } from './web-click.ts'

/** Partitions of source topics that do not exist yet: room for as many workers. */
export const PARTITIONS = 6

/** The topics that are read, and how their messages become observations. */
export const sources: ReadonlyMap<string, Mapping> = new Map([
  ['web-click', webClick],
  ['pos-sale', posSale],
  ['crm-contact', crmContact],
  ['loyalty-card', loyaltyCard],
  ['observations', observations],
])
