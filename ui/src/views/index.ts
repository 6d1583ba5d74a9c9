// All views, in the order of the rail; where two take a path, the first has it.
import { whole } from './whole/plate';
import { detail } from './detail/plate';
import { lookup } from './lookup/plate';
import { similar } from './similar/plate';
import { card } from './card/plate';
import { campaigns } from './campaigns/plate';
import { alerts } from './alerts/plate';
import { watch } from './watch/plate';
import { graph } from './graph/plate';
import { sources } from './sources/plate';
import { admin } from './admin/plate';
import type { Plate } from './plate';

export const VIEWS: readonly Plate[] = [whole, detail, lookup, similar, card, campaigns, alerts, watch, graph, sources, admin];
