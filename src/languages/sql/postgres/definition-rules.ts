// Statements that define, change and remove what a database consists of, and who may use it.

import type { StatementName, Fields } from './tree.ts'
import { fieldsOf, listOf, textOf } from './tree.ts'
import type { Rule } from './rule-makers.ts'
import { definition, plain, toKind, writeNamed } from './rule-makers.ts'
import type { Walk } from './walk.ts'

export const definitionRules = {
  // relations
  CreateStmt: plain('CREATE TABLE', ['create'], 'relation'),
  CreateForeignTableStmt: {
    label: 'CREATE FOREIGN TABLE',
    run: (fields, walk) => plain('', ['create', 'security']).run(fields, walk),
  },
  CreateTableAsStmt: {
    label: (fields) => (fields['objtype'] === 'OBJECT_MATVIEW' ? 'CREATE MATERIALIZED VIEW' : 'CREATE TABLE AS'),
    run(fields, walk) {
      walk.effect('create')
      const into = fields['into']
      const relation = typeof into === 'object' && into !== null && 'rel' in into ? into.rel : undefined
      plain('', [], 'rel').run({ rel: relation }, walk)
      walk.any(fields['query'])
    },
  },
  ViewStmt: plain('CREATE VIEW', ['create'], 'view'),
  IndexStmt: plain('CREATE INDEX', ['create'], 'relation'),
  CreateSeqStmt: plain('CREATE SEQUENCE', ['create'], 'sequence'),
  AlterSeqStmt: plain('ALTER SEQUENCE', ['alter'], 'sequence'),
  CreateStatsStmt: plain('CREATE STATISTICS', ['create']),
  AlterStatsStmt: plain('ALTER STATISTICS', ['alter']),
  AlterTableStmt: {
    label: (fields) => `ALTER ${toKind(fields['objtype'])}`,
    run(fields, walk) {
      walk.effect('alter')
      // Triggers, rules and row security are what guards the rows; an owner may undo any of it.
      const guards = /RowSecurity|Trig|Rule|ChangeOwner/
      const commands = listOf(fields['cmds']).map((command) => fieldsOf(command, 'AlterTableCmd') ?? {})
      if (commands.some((command) => guards.test(textOf(command['subtype'])))) walk.effect('security')
      for (const command of commands) partition(command, walk)
      // A composite type is no relation, though it is written like one.
      if (fields['objtype'] === 'OBJECT_TYPE') walk.parts('AlterTableStmt', fields, 'relation')
      else plain('', [], 'relation').run(fields, walk)
    },
  },
  AlterTableMoveAllStmt: plain('ALTER TABLE ALL', ['alter']),
  ReplicaIdentityStmt: plain('', ['alter']),
  CreateTrigStmt: definition('CREATE TRIGGER', ['create'], 'relation'),
  RuleStmt: definition('CREATE RULE', ['create'], 'relation'),
  CreatePolicyStmt: definition('CREATE POLICY', ['create', 'security'], 'table'),
  AlterPolicyStmt: definition('ALTER POLICY', ['alter', 'security'], 'table'),

  // anything with a name
  DropStmt: {
    label: (fields) => `DROP ${toKind(fields['removeType'])}`,
    run(fields, walk) {
      walk.effect('drop')
      const kind = toKind(fields['removeType'])
      if (['POLICY', 'TRIGGER', 'RULE', 'EVENT TRIGGER'].includes(kind)) walk.effect('security')
      for (const object of listOf(fields['objects'])) writeNamed(kind, object, walk)
    },
  },
  RenameStmt: {
    label: (fields) => `ALTER ${toKind(fields['relation'] === undefined ? fields['renameType'] : renamedOf(fields))}`,
    run(fields, walk) {
      if (renamedOf(fields) === 'OBJECT_TYPE') walk.effect('alter')
      else plain('', ['alter'], 'relation').run(fields, walk)
      if (toKind(fields['renameType']) === 'ROLE') walk.effect('security')
    },
  },
  AlterOwnerStmt: plain((fields) => `ALTER ${toKind(fields['objectType'])}`, ['alter', 'security'], 'relation'),
  AlterObjectSchemaStmt: plain((fields) => `ALTER ${toKind(fields['objectType'])}`, ['alter'], 'relation'),
  AlterObjectDependsStmt: plain((fields) => `ALTER ${toKind(fields['objectType'])}`, ['alter'], 'relation'),
  CommentStmt: {
    label: 'COMMENT',
    run(fields, walk) {
      walk.effect('alter')
      writeNamed(toKind(fields['objtype']), fields['object'], walk)
    },
  },

  // schemas, databases, places
  CreateSchemaStmt: plain('CREATE SCHEMA', ['create']),
  CreatedbStmt: plain('CREATE DATABASE', ['create']),
  AlterDatabaseStmt: plain('ALTER DATABASE', ['alter']),
  AlterDatabaseRefreshCollStmt: plain('ALTER DATABASE', ['alter']),
  AlterDatabaseSetStmt: plain('ALTER DATABASE', ['alter']),
  DropdbStmt: plain('DROP DATABASE', ['drop']),
  CreateTableSpaceStmt: plain('CREATE TABLESPACE', ['create', 'security']),
  DropTableSpaceStmt: plain('DROP TABLESPACE', ['drop']),
  AlterTableSpaceOptionsStmt: plain('ALTER TABLESPACE', ['alter']),

  // types, operators, text search
  DefineStmt: plain((fields) => `CREATE ${toKind(fields['kind'])}`, ['create']),
  CompositeTypeStmt: {
    label: 'CREATE TYPE',
    run(fields, walk) {
      walk.effect('create')
      walk.parts('CompositeTypeStmt', fields, 'typevar')
    },
  },
  CreateEnumStmt: plain('CREATE TYPE', ['create']),
  CreateRangeStmt: plain('CREATE TYPE', ['create']),
  AlterEnumStmt: plain('ALTER TYPE', ['alter']),
  AlterTypeStmt: plain('ALTER TYPE', ['alter']),
  CreateDomainStmt: plain('CREATE DOMAIN', ['create']),
  AlterDomainStmt: plain('ALTER DOMAIN', ['alter']),
  CreateCastStmt: plain('CREATE CAST', ['create']),
  CreateConversionStmt: plain('CREATE CONVERSION', ['create']),
  CreateTransformStmt: plain('CREATE TRANSFORM', ['create']),
  CreateOpClassStmt: plain('CREATE OPERATOR CLASS', ['create']),
  CreateOpFamilyStmt: plain('CREATE OPERATOR FAMILY', ['create']),
  AlterOpFamilyStmt: plain('ALTER OPERATOR FAMILY', ['alter']),
  AlterOperatorStmt: plain('ALTER OPERATOR', ['alter']),
  AlterCollationStmt: plain('ALTER COLLATION', ['alter']),
  AlterTSDictionaryStmt: plain('ALTER TEXT SEARCH DICTIONARY', ['alter']),
  AlterTSConfigurationStmt: plain('ALTER TEXT SEARCH CONFIGURATION', ['alter']),

  // code
  CreateFunctionStmt: {
    label: (fields) => (fields['is_procedure'] === true ? 'CREATE PROCEDURE' : 'CREATE FUNCTION'),
    run(fields, walk) {
      if (/^(?:c|internal)$/i.test(languageOf(fields))) walk.effectAnyway('load')
      definition('', ['create']).run(fields, walk)
    },
  },
  AlterFunctionStmt: definition((fields) => `ALTER ${toKind(fields['objtype'])}`, ['alter']),
  CreateExtensionStmt: plain('CREATE EXTENSION', ['create', 'security']),
  AlterExtensionStmt: plain('ALTER EXTENSION', ['alter', 'security']),
  AlterExtensionContentsStmt: plain('ALTER EXTENSION', ['alter', 'security']),
  CreatePLangStmt: plain('CREATE LANGUAGE', ['create', 'security']),
  CreateAmStmt: plain('CREATE ACCESS METHOD', ['create', 'security']),
  CreateEventTrigStmt: plain('CREATE EVENT TRIGGER', ['create', 'security']),
  AlterEventTrigStmt: plain('ALTER EVENT TRIGGER', ['alter', 'security']),

  // other servers
  CreateFdwStmt: plain('CREATE FOREIGN DATA WRAPPER', ['create', 'security']),
  AlterFdwStmt: plain('ALTER FOREIGN DATA WRAPPER', ['alter', 'security']),
  CreateForeignServerStmt: plain('CREATE SERVER', ['create', 'security']),
  AlterForeignServerStmt: plain('ALTER SERVER', ['alter', 'security']),
  CreateUserMappingStmt: plain('CREATE USER MAPPING', ['create', 'security']),
  AlterUserMappingStmt: plain('ALTER USER MAPPING', ['alter', 'security']),
  DropUserMappingStmt: plain('DROP USER MAPPING', ['drop', 'security']),
  ImportForeignSchemaStmt: {
    label: 'IMPORT FOREIGN SCHEMA',
    run(_, walk) {
      // It names tables of the other server.
      walk.effect('create', 'security')
    },
  },
  CreatePublicationStmt: plain('CREATE PUBLICATION', ['create', 'security']),
  AlterPublicationStmt: plain('ALTER PUBLICATION', ['alter', 'security']),
  CreateSubscriptionStmt: plain('CREATE SUBSCRIPTION', ['create', 'security']),
  AlterSubscriptionStmt: plain('ALTER SUBSCRIPTION', ['alter', 'security']),
  DropSubscriptionStmt: plain('DROP SUBSCRIPTION', ['drop', 'security']),

  // roles and privileges
  GrantStmt: {
    label: (fields) => (fields['is_grant'] === true ? 'GRANT' : 'REVOKE'),
    run: (fields, walk) => plain('', ['grant'], grantsOnRelations(fields) ? 'objects' : '').run(fields, walk),
  },
  GrantRoleStmt: plain((fields) => (fields['is_grant'] === true ? 'GRANT' : 'REVOKE'), ['grant', 'security']),
  AlterDefaultPrivilegesStmt: plain('ALTER DEFAULT PRIVILEGES', ['grant', 'security']),
  CreateRoleStmt: plain('CREATE ROLE', ['create', 'security']),
  AlterRoleStmt: plain('ALTER ROLE', ['alter', 'security']),
  AlterRoleSetStmt: plain('ALTER ROLE', ['alter', 'security']),
  DropRoleStmt: plain('DROP ROLE', ['drop', 'security']),
  DropOwnedStmt: plain('DROP OWNED', ['drop', 'security']),
  ReassignOwnedStmt: plain('REASSIGN OWNED', ['alter', 'security']),
  SecLabelStmt: {
    label: 'SECURITY LABEL',
    run(fields, walk) {
      walk.effect('security')
      writeNamed(toKind(fields['objtype']), fields['object'], walk)
    },
  },
} satisfies Partial<Record<StatementName, Rule>>

/** The kind of what a thing is renamed in: a column's table, an attribute's type. */
function renamedOf(fields: Fields): unknown {
  const isPart = ['OBJECT_COLUMN', 'OBJECT_ATTRIBUTE'].includes(textOf(fields['renameType']))
  return isPart ? fields['relationType'] : fields['renameType']
}

function grantsOnRelations(fields: Fields): boolean {
  return fields['targtype'] === 'ACL_TARGET_OBJECT' && /TABLE|SEQUENCE/.test(textOf(fields['objtype']))
}

/** ATTACH and DETACH change the partition, too. */
function partition(command: Fields, walk: Walk): void {
  const part = fieldsOf(command['def'], 'PartitionCmd')
  if (part !== null) plain('', [], 'name').run({ name: part['name'] }, walk)
}

function languageOf(fields: Fields): string {
  for (const option of listOf(fields['options'])) {
    const item = fieldsOf(option, 'DefElem')
    if (item?.['defname'] === 'language') return textOf(fieldsOf(item['arg'], 'String')?.['sval'])
  }
  return ''
}
