/** /api/views/<4x4>.json and the catalogue, in the keys of recorded answers. */
import { createHash } from 'node:crypto';
import type { SocrataDataset } from '../types.js';
import type { Field } from './fields.js';

/** Types as the metadata API names them, where SODA 2.1 says otherwise. */
const viewTypes: Readonly<Record<string, string>> = {
  floating_timestamp: 'calendar_date',
  fixed_timestamp: 'date',
};
const catalogueTypes: Readonly<Record<string, string>> = {
  floating_timestamp: 'Calendar date',
  fixed_timestamp: 'Fixed timestamp',
};

/** @param columns served columns; `name` and the file's own name, which is the display name. */
export function viewOf(
  dataset: SocrataDataset,
  columns: readonly (Field & { readonly from?: string })[],
): Record<string, unknown> {
  const seconds = Math.floor(Date.parse(dataset.table.updatedAt) / 1000);
  const base = stableNumber(dataset.id) * 1000;
  const rowIdentifier = columns.findIndex((column) => column.name === dataset.rowIdentifier);
  return {
    id: dataset.id,
    name: dataset.name,
    assetType: 'dataset',
    attribution: dataset.attribution,
    averageRating: 0,
    category: dataset.category,
    createdAt: 1398692480,
    description: dataset.description,
    displayType: 'table',
    downloadCount: 0,
    hideFromCatalog: false,
    newBackend: true,
    numberOfComments: 0,
    provenance: 'official',
    publicationAppendEnabled: true,
    publicationDate: 1398692480,
    publicationStage: 'published',
    ...(rowIdentifier >= 0 && { rowIdentifierColumnId: base + rowIdentifier }),
    rowsUpdatedAt: seconds,
    tableId: base,
    viewCount: 0,
    viewLastModified: seconds,
    viewType: 'tabular',
    columns: columns.map((column, i) => ({
      id: base + i,
      name: column.from ?? column.name,
      dataTypeName: viewTypes[column.type] ?? column.type,
      description: '',
      fieldName: column.name,
      position: i + 1,
      renderTypeName: viewTypes[column.type] ?? column.type,
      tableColumnId: base + i,
      format: {},
    })),
    metadata: { rdfSubject: '0', availableDisplayTypes: ['table', 'fatrow', 'page'] },
    flags: ['default', 'ownerMayBeContacted', 'restorable', 'restorePossibleForType'],
  };
}

/** A dataset as /api/catalog/v1 lists it. */
export function catalogueEntry(
  dataset: SocrataDataset,
  columns: readonly Field[],
  origin: string,
): Record<string, unknown> {
  const domain = new URL(origin).host;
  return {
    resource: {
      name: dataset.name,
      id: dataset.id,
      resource_name: null,
      parent_fxf: [],
      description: dataset.description,
      attribution: dataset.attribution,
      attribution_link: null,
      contact_email: null,
      type: 'dataset',
      updatedAt: dataset.table.updatedAt,
      createdAt: '2014-04-28T13:41:20.000Z',
      metadata_updated_at: dataset.table.updatedAt,
      data_updated_at: dataset.table.updatedAt,
      columns_name: columns.map((column) => column.name),
      columns_field_name: columns.map((column) => column.name),
      columns_datatype: columns.map((column) => catalogueTypes[column.type] ?? capitalised(column.type)),
      provenance: 'official',
      lens_view_type: 'tabular',
      lens_display_type: 'table',
    },
    classification: {
      categories: [],
      tags: [],
      domain_category: dataset.category,
      domain_tags: [],
      domain_metadata: [],
    },
    metadata: { domain },
    permalink: `${origin}/d/${dataset.id}`,
    link: `${origin}/d/${dataset.id}`,
  };
}

function capitalised(type: string): string {
  return type.charAt(0).toUpperCase() + type.slice(1);
}

function stableNumber(id: string): number {
  return createHash('sha1').update(id).digest().readUInt32BE(0) % 1_000_000;
}
