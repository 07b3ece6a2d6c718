//! Advice on faults of what answers from elsewhere: networks, services, databases, interfaces.

use super::table::{Operational, fault, naming};

/// A host and its port.
const ADDRESS: &str = r"(?<host>[a-zA-Z][\w.-]*|\d+\.\d+\.\d+\.\d+):(?<port>\d{2,5})\b";
/// A host that could not be looked up.
const HOST: &str = r#"(?:ENOTFOUND |EAI_AGAIN |lookup |resolve host:? |resolve hostname |host name "|host='|Failed to resolve '|connect to host )(?<host>[\w-]+(?:\.[\w-]+)*)"#;

pub(super) const FAULTS: &[Operational] = &[
    naming(
        HOST,
        fault(
            "name-resolution",
            "the name of a host cannot be resolved",
            "No name server knows the name, or none can be reached.",
            &[
                &[
                    ("see whether `$host` has an address here", "getent hosts $host"),
                    ("see whether the name has an address here", "getent hosts NAME"),
                ],
                &[("in containers, only services of the same network know each other by name", "docker network ls")],
                &[("see the name for a typing error, and whether the machine is online", "")],
            ],
        ),
    ),
    naming(
        ADDRESS,
        fault(
            "refused",
            "nobody listens at the address",
            "The service is not started, has stopped, or listens elsewhere.",
            &[
                &[("see whether $host answers on port $port", "nc -vz $host $port"), ("see what listens on this machine", "ss -ltn")],
                &[(
                    "start the service and wait until it is ready; in containers its name is the host, not `localhost`",
                    "docker compose ps",
                )],
            ],
        ),
    ),
    naming(
        ADDRESS,
        fault(
            "unreachable",
            "there is no way to the address",
            "No route leads there: the network, a VPN or a firewall stands between.",
            &[
                &[("see which way leads to $host", "ip route get $host"), ("see the routes", "ip route")],
                &[("see whether this machine or container has a network at all", "ip -brief address")],
            ],
        ),
    ),
    fault(
        "proxy",
        "the proxy does not answer, or refuses",
        "Requests go through a proxy that the environment names.",
        &[&[("see which proxy is set, and correct it or leave the host out of it", "env | grep -i proxy")]],
    ),
    naming(
        ADDRESS,
        fault(
            "network-timeout",
            "no answer came in time",
            "The other side is slow, overloaded or away, or a firewall drops what is sent.",
            &[
                &[
                    ("see whether $host answers on port $port", "nc -vz -w 5 $host $port"),
                    ("see whether the other side answers at all", ""),
                ],
                &[("look at the other side's log and load at that time; a longer time limit helps only if it is merely slow", "")],
            ],
        ),
    ),
    fault(
        "connection-lost",
        "the other side closed the connection",
        "It stopped, restarted, or gave up while this side was still at work.",
        &[
            &[("look at the log of the other side at that time: it may have crashed or been restarted", "")],
            &[("see the limits of time and size of proxies and load balancers between the two", "")],
        ],
    ),
    fault(
        "certificate",
        "the certificate of the other side is not trusted",
        "The authority that signed it is not known here, the name or the time does not fit, or a proxy puts in its own.",
        &[
            &[(
                "see who signed it and how long it is valid",
                "openssl s_client -connect HOST:443 -servername HOST </dev/null | openssl x509 -noout -issuer -subject -dates",
            )],
            &[("see that the clock is right", "date -u")],
            &[(
                "install the authorities of the system, or name the company's own by `SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE` or `NODE_EXTRA_CA_CERTS`; do not switch the check off",
                "sudo update-ca-certificates",
            )],
        ],
    ),
    fault(
        "tls",
        "the two sides do not agree on an encrypted connection",
        "One side speaks plain text, another version, or another set of ciphers.",
        &[&[(
            "see whether the port is one for TLS: `WRONG_VERSION_NUMBER` most often means plain HTTP",
            "openssl s_client -connect HOST:PORT </dev/null",
        )]],
    ),
    naming(
        ADDRESS,
        fault(
            "network",
            "a connection failed",
            "The other side could not be reached; the cause at the end of the chain says why.",
            &[&[
                ("see whether $host answers on port $port", "nc -vz $host $port"),
                ("see whether the other side answers, and whether this machine is online", ""),
            ]],
        ),
    ),
    fault(
        "rate-limit",
        "too many requests: the service asks to wait",
        "The limit of the account or of the address is reached.",
        &[
            &[("wait as long as the answer says (`Retry-After`), and send fewer requests at once", "")],
            &[("see the limits and the use of the account; a request with a token most often has a higher limit", "")],
        ],
    ),
    fault(
        "login",
        "the service does not accept the credentials",
        "The key, token or role is missing, has expired, or may not do that.",
        &[
            &[(
                "see which variables with credentials are set (names only)",
                "env | cut -d= -f1 | grep -i -E 'key|token|secret|aws|profile'",
            )],
            &[("renew the token, and see that its rights cover this request", "")],
        ],
    ),
    fault(
        "server-error",
        "the service answered with an error of its own",
        "Its status 5xx says that the fault lies there, or in what stands before it.",
        &[
            &[("look at the log of the service at that time, and at its status page", "")],
            &[("if it is yours, the failure that it logged is the cause of this one", "")],
        ],
    ),
    naming(
        r#"for (?:user|role) "?'?(?<user>[\w-]+)|(?:user|role) "(?<role>[\w-]+)""#,
        fault(
            "database-login",
            "the database does not accept the user or the password",
            "The credentials, or the address from which they may be used, are others than the database knows.",
            &[
                &[
                    (
                        "see the user `$user` and its password in the settings of the program, and try them by hand",
                        "psql -U $user -h HOST -l",
                    ),
                    ("see the user and the password in the settings of the program, and try them by hand", ""),
                ],
                &[(
                    "an old volume keeps the password that it was made with: a new `POSTGRES_PASSWORD` does not change it",
                    "docker volume ls",
                )],
            ],
        ),
    ),
    fault(
        "database-connections",
        "the database has no connection left",
        "More connections are held than the database or the pool allows.",
        &[
            &[(
                "see who holds them (PostgreSQL)",
                "psql -c 'select state, application_name, count(*) from pg_stat_activity group by 1, 2 order by 3 desc'",
            )],
            &[("make the pools of all processes together smaller than `max_connections`, and see that connections are given back", "")],
        ],
    ),
    fault(
        "database-lock",
        "two transactions stood in each other's way",
        "The database ended one of them, or gave up waiting.",
        &[
            &[(
                "see which statements wait for which (PostgreSQL)",
                "psql -c 'select pid, pg_blocking_pids(pid), query from pg_stat_activity where cardinality(pg_blocking_pids(pid)) > 0'",
            )],
            &[("try the transaction again; let all transactions take their rows in the same order, and keep them short", "")],
            &[("SQLite has one writer at a time: a longer `timeout` or `PRAGMA journal_mode=WAL` helps", "")],
        ],
    ),
    fault(
        "database-missing",
        "the database does not exist",
        "The server answers, but has no database of that name.",
        &[&[("see which there are", "psql -l")], &[("create it, or correct the name in the settings", "")]],
    ),
    naming(
        r#"(?:relation|table:|column) "?(?<table>[\w.]+)"#,
        fault(
            "database-schema",
            "a table or column is not there",
            "The schema of the database is older than the code, or another one.",
            &[
                &[("apply the migrations (Django, Alembic)", "python3 manage.py migrate || alembic upgrade head")],
                &[
                    ("see that the program uses the database that was migrated; look for `$table` there", "psql -c '\\d $table'"),
                    ("see that the program uses the database that was migrated", ""),
                ],
            ],
        ),
    ),
    fault(
        "database-object",
        "something that the statement names is not there",
        "The schema of the database is older than the code, or another one.",
        &[&[("apply the migrations, and see that the program uses the database that was migrated", "")]],
    ),
    naming(
        ADDRESS,
        fault(
            "database-down",
            "the database cannot be reached, or went away",
            "It is not started, starts just now, was restarted, or closed the connection.",
            &[
                &[
                    ("see whether $host answers on port $port", "nc -vz $host $port"),
                    ("see whether it takes connections (PostgreSQL)", "pg_isready -h HOST"),
                ],
                &[(
                    "look at its log at that time; let the program wait until it is ready (`depends_on` with `condition: service_healthy`)",
                    "docker compose logs --tail 50",
                )],
            ],
        ),
    ),
    fault(
        "database-constraint",
        "the data breaks a rule of the schema",
        "A row with that key exists already, or one that it refers to does not.",
        &[
            &[("look at the row that the message names: it is there twice, or what it refers to is missing", "")],
            &[("if it comes from two requests at once, let the database decide (`ON CONFLICT`), or catch it and answer", "")],
        ],
    ),
    fault(
        "database",
        "the database refused a statement",
        "Its message says why.",
        &[&[("run the statement by hand against the same database, and look at the log of the database at that time", "")]],
    ),
];
