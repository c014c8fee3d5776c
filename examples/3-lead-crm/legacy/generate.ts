// Which users and leads did the CRM have before?
import { printRows } from '../../service/print-rows.ts';

/**
 * SQL that makes so many leads, the same ones each time, and a twentieth as many users.
 * As in real life: the first users are long gone, roles have misspelt words, and leads come without an address, with
 * one in capitals, twice, with telephone numbers as people type them, and with a status that nobody remembers.
 */
export const statements = (rows: number): readonly string[] => [
  `INSERT INTO "User" ("id", "email", "name", "role", "createdAt")
SELECT
    n + 2,
    CASE WHEN n % 7 = 0 THEN 'Agent.' || n || '@CRM.example' ELSE 'agent.' || n || '@crm.example' END,
    CASE n % 4 WHEN 0 THEN 'Zoë O''Brien ' || n WHEN 1 THEN '李 ' || n WHEN 2 THEN '' ELSE 'Agent ' || n END,
    CASE WHEN n IN (1, 50) THEN 'admin' WHEN n % 30 = 0 THEN 'Agnet' ELSE 'agent' END,
    TIMESTAMP '2021-01-01' + n * INTERVAL '1 hour'
FROM generate_series(1, greatest(${rows} / 20, 100)) n`,
  `SELECT setval('"User_id_seq"', (SELECT max("id") FROM "User"))`,
  `INSERT INTO "Lead" ("name", "email", "phone", "status", "createdAt")
SELECT
    CASE n % 5 WHEN 0 THEN 'Ægir 🦊 GmbH ' || n WHEN 1 THEN '株式会社 ' || n WHEN 2 THEN '  ' || n ELSE 'Lead ' || n END,
    CASE WHEN n % 6 = 0 THEN NULL WHEN n % 6 = 1 THEN 'LEAD.' || n / 2 || '@Example.COM' ELSE 'lead.' || n / 2 || '@example.com' END,
    CASE n % 4 WHEN 0 THEN NULL WHEN 1 THEN '+49 (0)30 ' || n WHEN 2 THEN '030/' || n ELSE 'call after 5' END,
    (ARRAY['new', 'contacted', 'won', 'lost', 'New ', 'qualifed'])[1 + n % 6],
    TIMESTAMP '2021-01-01' + n * INTERVAL '3 minutes'
FROM generate_series(1, ${rows}) n`,
];

printRows(import.meta.url, statements);
