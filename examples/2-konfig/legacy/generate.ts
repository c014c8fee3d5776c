// Which tenants, with which configurations, did the service have before?
import { printRows } from '../../service/print-rows.ts';

/**
 * SQL that makes so many tenants, the same ones each time; each tenth has a namespace with two configs, and as many old
 * values as there are tenants. The password of tenant 7 is `password-7`, its API key `konfig_old7`.
 * As in real life: addresses in mixed case, two that differ in nothing else, logins that were switched off or never had
 * an address, tenants that copied another's API key, and names in any script.
 */
export const statements = (rows: number): readonly string[] => [
  `INSERT INTO tenants (id, name, email, hashed_password, api_key_hash, created_at)
SELECT
    md5('tenant ' || n)::uuid,
    CASE n % 4 WHEN 0 THEN 'Ægir & Söhne 🦊 ' || n WHEN 1 THEN '株式会社 ' || n ELSE 'Tenant ' || n END,
    CASE
        WHEN n % 101 = 0 THEN 'former tenant ' || n
        WHEN n % 13 = 0 THEN 'Tenant.' || n || '@Example.ORG'
        WHEN n % 26 = 1 AND n > 1 THEN 'tenant.' || n - 1 || '@example.org'
        ELSE 'tenant.' || n || '@example.org'
    END,
    CASE WHEN n % 97 = 0 THEN '!'
        ELSE 'sha256$' || n || '$' || encode(sha256(convert_to(n || 'password-' || n, 'UTF8')), 'hex') END,
    CASE WHEN n % 3 > 0 THEN encode(sha256(convert_to('konfig_old' || CASE WHEN n % 499 = 1 THEN 1 ELSE n END, 'UTF8')), 'hex') END,
    TIMESTAMPTZ '2022-01-01 00:00Z' + n * INTERVAL '1 minute'
FROM generate_series(1, ${rows}) n`,
  `INSERT INTO namespaces (id, tenant_id, name)
SELECT md5('namespace ' || n)::uuid, md5('tenant ' || n)::uuid, CASE WHEN n % 20 = 0 THEN 'Produktion Süd' ELSE 'production' END
FROM generate_series(10, ${rows}, 10) n`,
  `INSERT INTO configs (id, namespace_id, key, value, version)
SELECT md5(key || n)::uuid, md5('namespace ' || n)::uuid, key, jsonb_build_object('on', n % 4 = 0, 'Grüße', n), CASE key WHEN 'flags' THEN 5 ELSE 1 END
FROM generate_series(10, ${rows}, 10) n, (VALUES ('flags'), ('limits')) AS k (key)`,
  `INSERT INTO config_history (config_id, version, value)
SELECT md5(key || n)::uuid, version, jsonb_build_object('on', version % 2 = 0, 'Grüße', CASE version WHEN 5 THEN n ELSE version END)
FROM generate_series(10, ${rows}, 10) n, (VALUES ('flags'), ('limits')) AS k (key), generate_series(1, 5) version
WHERE key = 'flags' OR version = 1`,
];

printRows(import.meta.url, statements);
