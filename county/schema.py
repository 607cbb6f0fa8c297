"""The county's tables, as numbered steps that are never changed once released. Every key begins with the township."""

from __future__ import annotations

from psycopg import Connection

STEPS = (
    """
    CREATE TABLE county (name text PRIMARY KEY, value text NOT NULL);
    CREATE TABLE township (id text PRIMARY KEY, name text NOT NULL, made_at timestamptz NOT NULL DEFAULT now());
    CREATE TABLE enrolment (
        secret_hash text PRIMARY KEY,
        township text,
        township_name text NOT NULL,
        device_name text NOT NULL,
        scope text[] NOT NULL,
        valid_until timestamptz NOT NULL,
        used_by text
    );
    CREATE TABLE device (
        township text NOT NULL REFERENCES township,
        id text NOT NULL,
        name text NOT NULL,
        scope text[] NOT NULL,
        public_key bytea NOT NULL,
        state text NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'unconfirmed', 'revoked')),
        replaces text,
        next bigint NOT NULL DEFAULT 1,
        head_hash text NOT NULL,
        made_at timestamptz NOT NULL DEFAULT now(),
        seen_at timestamptz,
        PRIMARY KEY (township, id),
        UNIQUE (id)
    );
    CREATE TABLE head (
        township text NOT NULL REFERENCES township,
        stream text NOT NULL,
        seq bigint NOT NULL,
        chain text NOT NULL,
        PRIMARY KEY (township, stream)
    );
    CREATE TABLE seal (
        township text NOT NULL,
        device text NOT NULL,
        from_seq bigint NOT NULL,
        to_seq bigint NOT NULL,
        header text NOT NULL,
        signature text NOT NULL,
        PRIMARY KEY (township, device, to_seq),
        FOREIGN KEY (township, device) REFERENCES device
    );
    CREATE TABLE op (
        township text NOT NULL,
        device text NOT NULL,
        dev_seq bigint NOT NULL,
        stream text NOT NULL,
        seq bigint,
        chain text,
        op_id text NOT NULL,
        tx_id text NOT NULL,
        act_id text NOT NULL,
        register text NOT NULL,
        record_id text NOT NULL,
        root text NOT NULL,
        kind text NOT NULL,
        base_version bigint NOT NULL,
        user_id text NOT NULL,
        at text NOT NULL,
        schema bigint NOT NULL,
        salt text NOT NULL,
        payload text,
        payload_digest text NOT NULL,
        hash text NOT NULL,
        batch bigint NOT NULL,
        outcome text NOT NULL,
        reason text NOT NULL,
        known_seq bigint NOT NULL,
        PRIMARY KEY (township, device, dev_seq),
        FOREIGN KEY (township, device, batch) REFERENCES seal
    );
    CREATE UNIQUE INDEX op_number ON op (township, stream, seq) WHERE seq IS NOT NULL;
    CREATE UNIQUE INDEX op_identity ON op (township, op_id) WHERE seq IS NOT NULL;
    CREATE INDEX op_record ON op (township, stream, record_id) WHERE seq IS NOT NULL;
    CREATE TABLE erasure (
        township text NOT NULL,
        stream text NOT NULL,
        op_id text NOT NULL,
        PRIMARY KEY (township, stream, op_id)
    );
    CREATE TABLE record (
        township text NOT NULL,
        stream text NOT NULL,
        id text NOT NULL,
        register text NOT NULL,
        root text NOT NULL,
        doc jsonb NOT NULL,
        versions jsonb NOT NULL,
        conflicts jsonb NOT NULL,
        rest jsonb NOT NULL,
        version bigint NOT NULL,
        is_deleted boolean NOT NULL,
        PRIMARY KEY (township, stream, id)
    );
    CREATE INDEX record_contested ON record (township, stream) WHERE conflicts <> '{}'::jsonb;
    CREATE TABLE mailbox (
        township text NOT NULL REFERENCES township,
        id text NOT NULL,
        blob bytea NOT NULL,
        valid_until timestamptz NOT NULL,
        PRIMARY KEY (township, id)
    );
    """,
    """
    CREATE TABLE blob (
        township text NOT NULL REFERENCES township,
        stream text NOT NULL,
        id text NOT NULL,
        size bigint,
        held_at timestamptz,
        PRIMARY KEY (township, stream, id)
    );
    CREATE INDEX blob_lacking ON blob (township, stream, id) WHERE held_at IS NULL;
    CREATE TABLE blob_name (
        township text NOT NULL,
        stream text NOT NULL,
        blob text NOT NULL,
        op_id text NOT NULL,
        PRIMARY KEY (township, stream, blob, op_id),
        FOREIGN KEY (township, stream, blob) REFERENCES blob
    );
    CREATE INDEX blob_name_op ON blob_name (township, op_id);
    CREATE TABLE blob_part (
        township text NOT NULL,
        stream text NOT NULL,
        blob text NOT NULL,
        device text NOT NULL,
        start bigint NOT NULL,
        size bigint NOT NULL,
        bytes bytea NOT NULL,
        at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (township, stream, blob, device, start),
        FOREIGN KEY (township, stream, blob) REFERENCES blob ON DELETE CASCADE
    );
    ALTER TABLE blob_part ALTER COLUMN bytes SET STORAGE EXTERNAL;
    """,
)

_LOCK = 7_411_001


def migrate(conn: Connection) -> None:
    """Bring the database to this program's shape; several servers may start at once. Raises on a newer database."""
    with conn.transaction():
        conn.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        conn.execute("CREATE TABLE IF NOT EXISTS schema_step (number int PRIMARY KEY)")
        row = conn.execute("SELECT coalesce(max(number), 0) FROM schema_step").fetchone()
        done = row[0] if row else 0
        if done > len(STEPS):
            message = f"数据库由更新版本的县服务器建立（{done} > {len(STEPS)}），请升级本程序"
            raise RuntimeError(message)
        for number, sql in enumerate(STEPS[done:], done + 1):
            conn.execute(sql)
            conn.execute("INSERT INTO schema_step VALUES (%s)", (number,))
