//! Well-known faults of the surroundings, the special ones before the general ones.
//!
//! Source: errno(3) and the wordings of `CPython`, Rust's std, libuv, Go's syscall, the JDK and Windows for it; `PostgreSQL`'s errcodes,
//! `MySQL`'s error reference, `SQLite`'s result codes; pip, cargo, npm, rustup, ld.so, Docker, Kubernetes, `PyTorch`.

use super::known::{Known, both, either, words};
use crate::event::Category::{self, Api, Code, Configuration, Cpu, Database, Dependency, Deployment, Memory, Network};
use crate::event::Severity::{self, Critical, High, Info};

/// Kinds that tell the trouble without being a fault that anything can be said about.
pub(super) const KINDS: &[(&[&str], Severity, Category)] = &[
    (&["fatal-error"], Critical, Code),
    (&["stack-overflow", "RecursionError", "timeout"], High, Code),
    (&["KeyboardInterrupt"], Info, Code),
    (&["HTTPError", "HTTPStatusError", "APIError", "APIStatusError", "ClientError", "BotoCoreError", "StatusCodeError"], High, Api),
];

const DATABASE_KINDS: &str = "OperationalError|ProgrammingError|DatabaseError|InterfaceError|DataError|InternalError|SQLException|PSQLException|\
    SequelizeDatabaseError|MongoServerError|PrismaClientKnownRequestError|SQLSyntaxErrorException|QueryFailedError";

/// The faults; where several fit, the first is meant.
pub(super) const TABLE: &[Known] = &[
    words(
        "gpu-memory",
        (Critical, Memory),
        "CUDA out of memory|CUDA error: out of memory|HIP out of memory|CUBLAS_STATUS_ALLOC_FAILED|MPS backend out of memory|\
             CUDA_ERROR_OUT_OF_MEMORY",
    ),
    words(
        "gpu-driver",
        (High, Configuration),
        "Found no NVIDIA driver|CUDA driver version is insufficient|no CUDA-capable device|No CUDA GPUs are available|\
             no kernel image is available|forward compatibility was attempted|NVIDIA-SMI has failed|Torch not compiled with CUDA enabled|\
             could not select device driver|CUDA_ERROR_NO_DEVICE",
    ),
    words(
        "heap",
        (Critical, Memory),
        "Java heap space|GC overhead limit exceeded|OutOfMemoryError: Metaspace|JavaScript heap out of memory|Reached heap limit|\
             Ineffective mark-compacts near heap limit",
    ),
    words(
        "killed",
        (Critical, Memory),
        "OOMKilled|exit code 137|exited with code 137|exit status: 137|exit status 137|status code 137|ExitCode:137|signal: 9, SIGKILL|\
             signal: killed|terminated by signal SIGKILL|died with <Signals.SIGKILL|Out of memory: Killed process|oom-kill|\
             Memory cgroup out of memory|signal 9 (SIGKILL)|killed by signal 9",
    ),
    words(
        "thread-limit",
        (High, Cpu),
        "can't start new thread|unable to create native thread|pthread_create failed|fork: retry: Resource temporarily unavailable|\
             fork: Resource temporarily unavailable|failed to spawn thread|newosproc",
    ),
    either(
        "memory",
        (Critical, Memory),
        "MemoryError|OutOfMemoryError|_ArrayMemoryError",
        "Cannot allocate memory|memory allocation of|out of memory|os error 12|[Errno 12]|ENOMEM|std::bad_alloc|\
             MemoryError: Unable to allocate",
    ),
    either(
        "time-limit",
        (High, Cpu),
        "SoftTimeLimitExceeded|TimeLimitExceeded",
        "CPU time limit exceeded|SIGXCPU|WORKER TIMEOUT|Hard time limit|Soft time limit|DeadlineExceeded: Job was active longer|\
             exceeded the maximum execution time|Task timed out after",
    ),
    words(
        "file-watchers",
        (High, Configuration),
        "System limit for number of file watchers reached|inotify watch limit reached|inotify instances reached|\
             OS file watch limit reached",
    ),
    words(
        "disk-full",
        (Critical, Configuration),
        "No space left on device|os error 28|[Errno 28]|ENOSPC|disk quota exceeded|[Errno 122]|os error 122|EDQUOT|\
             There is not enough space on the disk|os error 112|database or disk is full|could not extend file|disk is full",
    ),
    words("open-files", (High, Configuration), "Too many open files|[Errno 24]|os error 24|EMFILE|ENFILE"),
    words("read-only", (High, Configuration), "Read-only file system|[Errno 30]|os error 30|EROFS"),
    words(
        "docker-daemon",
        (High, Deployment),
        "Cannot connect to the Docker daemon|docker daemon is not running|connect to the Docker daemon socket|\
             docker.errors.DockerException: Error while fetching server API version",
    ),
    words(
        "ssh-key",
        (High, Configuration),
        "Permission denied (publickey|Host key verification failed|Could not read from remote repository",
    ),
    words("git-owner", (High, Configuration), "detected dubious ownership"),
    either(
        "rate-limit",
        (High, Api),
        "RateLimitError|RateLimitExceeded|ThrottlingException|TooManyRequests|ResourceExhausted",
        "429 Client Error|429 Too Many Requests|Too Many Requests|HTTP 429|status code 429|status code: 429|status: 429|Error code: 429|\
             rate limit exceeded|rate limit reached|rate limited|ThrottlingException|Rate exceeded|insufficient_quota|RESOURCE_EXHAUSTED|\
             toomanyrequests|API rate limit|SlowDown",
    ),
    words(
        "image-pull",
        (High, Deployment),
        "ImagePullBackOff|ErrImagePull|pull access denied|manifest unknown|Failed to pull image|repository does not exist or may require|\
             no matching manifest for",
    ),
    words("crash-loop", (High, Deployment), "CrashLoopBackOff|Back-off restarting failed container"),
    words(
        "probe",
        (High, Deployment),
        "Liveness probe failed|Readiness probe failed|Startup probe failed|container is unhealthy|dependency failed to start",
    ),
    words("glibc", (High, Deployment), "version `GLIBC_|version 'GLIBC_|version `GLIBCXX_|version `CXXABI_|version GLIBC_"),
    words(
        "architecture",
        (High, Deployment),
        "exec format error|[Errno 8]|wrong ELF class|Bad CPU type in executable|cannot execute binary file|incompatible architecture|\
             is not a valid Win32 application|os error 193",
    ),
    words("managed-environment", (High, Dependency), "externally-managed-environment|This environment is externally managed"),
    words(
        "binary-mismatch",
        (High, Dependency),
        "numpy.dtype size changed|compiled against API version|compiled using NumPy 1.x|_ARRAY_API not found|NODE_MODULE_VERSION|\
             compiled against a different Node.js version|symbol not found in flat namespace|invalid ELF header|UnsupportedClassVersionError|\
             class file version",
    ),
    both("binary-mismatch-symbol", (High, Dependency), "ImportError|OSError", "undefined symbol"),
    words(
        "headers",
        (High, Dependency),
        "Python.h: No such file|.h: No such file or directory|h: No such file or directory|pg_config executable not found|\
             mysql_config: not found|mysql_config not found|Can not find valid pkg-config name|build command for `openssl-sys|\
             Could not find directory of OpenSSL installation|pkg-config exited with status code|Could not run `\"pkg-config|\
             The pkg-config command could not be found|pkg-config could not be found|was not found in the pkg-config search path|\
             Unable to find libclang|libclang shared library|Please make sure the libxml2 and libxslt development packages are installed",
    ),
    either(
        "shared-library",
        (High, Dependency),
        "UnsatisfiedLinkError",
        "cannot open shared object file|error while loading shared libraries|Library not loaded|DLL load failed|\
             The specified module could not be found|Error loading shared library|Unable to load native|libGL.so",
    ),
    words(
        "compiler",
        (High, Dependency),
        "linker `cc` not found|linker `link.exe` not found|linker `lld` not found|linker `clang` not found|Microsoft Visual C++ 14.0|\
             command 'gcc' failed|command 'cc' failed|gcc' failed: No such file|unable to execute 'gcc'|unable to execute gcc|\
             unable to execute 'x86_64-linux-gnu-gcc'|x86_64-linux-gnu-gcc' failed: No such file|No CMAKE_CXX_COMPILER|No CMAKE_C_COMPILER|\
             CMake must be installed|is `cmake` not installed|can't find Rust compiler|Could not find `protoc`|\
             Could not find `protoc` installation|gyp ERR! find Python|ToolNotFound|failed to find tool",
    ),
    words(
        "toolchain",
        (High, Dependency),
        "rustup could not choose a version|target may not be installed|can't find crate for `std`|can't find crate for `core`|\
             cannot be built because it requires rustc|is not supported by the following package|feature `edition2024` is required|\
             lock file version 4 requires|lock file version `4`|this version of Cargo is older than|requires rustc|error: toolchain '|\
             Unsupported engine|EBADENGINE|requires go >=|release version 21 not supported|invalid target release|\
             requires a different Python|not supported between Python",
    ),
    either(
        "versions",
        (High, Dependency),
        "VersionConflict|ContextualVersionConflict|DistributionNotFound|PackageNotFoundError|ResolutionImpossible",
        "ResolutionImpossible|VersionConflict|ERESOLVE|unable to resolve dependency tree|\
             Could not find a version that satisfies the requirement|No matching distribution found|failed to select a version|\
             no matching package|conflicting dependencies|No solution found when resolving|version solving failed|peer dep missing|\
             npm ERR! notarget|ETARGET|has no attribute '__version_info__'",
    ),
    both(
        "registry",
        (High, Dependency),
        "cargo",
        "failed to get|failed to load source|failed to download|Unable to update registry|download of config.json failed|failed to fetch",
    ),
    both(
        "manifest",
        (High, Configuration),
        "cargo",
        "failed to parse manifest|could not find `Cargo.toml`|failed to parse lock file|failed to read|the lock file",
    ),
    either(
        "package-missing",
        (High, Dependency),
        "ClassNotFoundException|NoClassDefFoundError|NoSuchMethodError",
        "Cannot find package '|Cannot find module '|ERR_MODULE_NOT_FOUND|no required module provides package|missing go.sum entry|cannot find package \"|\
             updates to go.mod needed",
    ),
    either(
        "certificate",
        (High, Network),
        "SSLCertVerificationError|SSLHandshakeException|CertificateError",
        "certificate verify failed|CERTIFICATE_VERIFY_FAILED|self-signed certificate|self signed certificate|\
             unable to get local issuer certificate|certificate has expired|x509: certificate|PKIX path building failed|\
             SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_HAS_EXPIRED|UNABLE_TO_VERIFY_LEAF_SIGNATURE|invalid peer certificate|\
             certificate is not yet valid|SSL certificate problem|server certificate verification failed",
    ),
    words(
        "database-login",
        (High, Database),
        "password authentication failed|Access denied for user|no pg_hba.conf entry|Login failed for user|ORA-01017|\
             SASL authentication failed|NOAUTH Authentication required|WRONGPASS|Peer authentication failed|Ident authentication failed|\
             fe_sendauth: no password supplied",
    ),
    either(
        "database-connections",
        (High, Database),
        "TooManyConnectionsError",
        "too many connections|too many clients already|remaining connection slots are reserved|QueuePool limit of size|\
             ER_CON_COUNT_ERROR|Connection is not available, request timed out|pool timed out while waiting|max number of clients reached",
    ),
    either(
        "database-lock",
        (High, Database),
        "DeadlockDetected|SerializationFailure|LockNotAvailable",
        "deadlock detected|Deadlock found when trying to get lock|Lock wait timeout exceeded|could not serialize access|\
             database is locked|database table is locked|SQLITE_BUSY|ORA-00060",
    ),
    either(
        "database-missing",
        (High, Database),
        "InvalidCatalogName",
        "Unknown database|ORA-12514|database files are incompatible with server",
    ),
    either(
        "database-schema",
        (High, Database),
        "UndefinedTable|UndefinedColumn|UndefinedTableError|UndefinedColumnError",
        "psycopg2.errors.UndefinedTable|psycopg2.errors.UndefinedColumn|psycopg.errors.UndefinedTable|no such table|no such column|\
             Unknown column|ORA-00942|ER_NO_SUCH_TABLE|ER_BAD_FIELD_ERROR|SQLITE_ERROR: no such",
    ),
    both("database-object", (High, Database), DATABASE_KINDS, "does not exist|doesn't exist"),
    either(
        "database-down",
        (High, Database),
        "ServerSelectionTimeoutError|CannotConnectNowError|AdminShutdown|MongooseServerSelectionError|PrismaClientInitializationError",
        "could not connect to server|connection to server at|connection to server on socket|Can't connect to MySQL server|\
             Can't connect to local MySQL|Can't connect to local server through socket|server closed the connection unexpectedly|\
             MySQL server has gone away|Lost connection to MySQL server|the database system is starting up|\
             the database system is shutting down|the database system is in recovery mode|unable to open database file|\
             SSL connection has been closed unexpectedly|terminating connection due to|Communications link failure|\
             Can't reach database server|MISCONF Redis|LOADING Redis|ORA-12541",
    ),
    either(
        "database-constraint",
        (High, Database),
        "IntegrityError|UniqueViolation|ForeignKeyViolation|NotNullViolation|CheckViolation|UniqueViolationError|\
             SQLIntegrityConstraintViolationException|DataIntegrityViolationException|SequelizeUniqueConstraintError",
        "duplicate key value violates|UNIQUE constraint failed|NOT NULL constraint failed|FOREIGN KEY constraint failed|\
             violates foreign key constraint|violates not-null constraint|violates check constraint|ER_DUP_ENTRY|E11000 duplicate key",
    ),
    either(
        "port-in-use",
        (High, Configuration),
        "BindException",
        "Address already in use|[Errno 98]|[Errno 48]|os error 98|os error 48|os error 10048|EADDRINUSE|[WinError 10048]|\
             port is already allocated|Only one usage of each socket address|Port is already in use|ports are not available",
    ),
    words("address-not-here", (High, Configuration), "Cannot assign requested address|[Errno 99]|os error 99|EADDRNOTAVAIL|[Errno 49]"),
    words(
        "variable-missing",
        (High, Configuration),
        "environment variable not found|environment variable not set|environment variable is not set|environment variable is required|\
             missing environment variable|missing required environment variable|must be set: NotPresent|value: NotPresent|NotPresent|\
             environment variable is missing|api_key client option must be set|env var not set|SECRET_KEY setting must not be empty|\
             not set in the environment|is not set in environment|required environment variable",
    ),
    both(
        "settings",
        (High, Configuration),
        "ValidationError",
        "validation error for Settings|validation errors for Settings|validation error for Config|validation errors for Config",
    ),
    either("settings-wrong", (High, Configuration), "ImproperlyConfigured|ConfigurationError|ConfigError", "ImproperlyConfigured"),
    either(
        "name-resolution",
        (High, Network),
        "gaierror|UnknownHostException|NameResolutionError",
        "Name or service not known|Temporary failure in name resolution|[Errno -2]|[Errno -3]|[Errno -5]|nodename nor servname provided|\
             No address associated with hostname|ENOTFOUND|EAI_AGAIN|failed to lookup address information|no such host|\
             Could not resolve host|Failed to resolve|[Errno 11001]|dns error|getaddrinfo failed|Could not resolve hostname|\
             server misbehaving|could not translate host name",
    ),
    either(
        "refused",
        (High, Network),
        "ConnectionRefusedError",
        "Connection refused|[Errno 111]|[Errno 61]|os error 111|os error 61|os error 10061|ECONNREFUSED|actively refused|\
             [WinError 10061]|Errno::ECONNREFUSED",
    ),
    either(
        "unreachable",
        (High, Network),
        "NoRouteToHostException",
        "Network is unreachable|No route to host|[Errno 101]|[Errno 113]|os error 101|os error 113|EHOSTUNREACH|ENETUNREACH|\
             Network unreachable",
    ),
    either(
        "proxy",
        (High, Network),
        "ProxyError",
        "Unable to connect to proxy|Cannot connect to proxy|Proxy Authentication Required|407 Proxy",
    ),
    either(
        "network-timeout",
        (High, Network),
        "ConnectTimeout|ConnectTimeoutError|ReadTimeout|ReadTimeoutError|SocketTimeoutException|HttpTimeoutException|APITimeoutError|\
             ServerTimeoutError|PoolTimeout",
        "connection timed out|connect timed out|read timed out|Read operation timed out|[Errno 110]|os error 110|[Errno 60]|os error 60|\
             [WinError 10060]|ETIMEDOUT|ESOCKETTIMEDOUT|i/o timeout|context deadline exceeded|DEADLINE_EXCEEDED|TLS handshake timeout|\
             Client.Timeout exceeded",
    ),
    either(
        "connection-lost",
        (High, Network),
        "ConnectionResetError|ConnectionAbortedError|BrokenPipeError|RemoteDisconnected|ServerDisconnectedError|RemoteProtocolError|\
             IncompleteRead|ChunkedEncodingError|EOFException",
        "Connection reset|Connection aborted|[Errno 104]|[Errno 54]|os error 104|os error 54|os error 10054|[WinError 10054]|ECONNRESET|\
             ECONNABORTED|Broken pipe|[Errno 32]|os error 32|EPIPE|socket hang up|connection closed before message completed|\
             Remote end closed connection|Server disconnected",
    ),
    either(
        "tls",
        (High, Network),
        "SSLError|SSLException|SSLEOFError",
        "WRONG_VERSION_NUMBER|SSLV3_ALERT_HANDSHAKE_FAILURE|tls: handshake failure|EPROTO",
    ),
    either(
        "login",
        (High, Api),
        "AuthenticationError|NoCredentialsError|NoCredentials|PartialCredentialsError|PermissionDeniedError|DefaultCredentialsError",
        "401 Client Error|403 Client Error|401 Unauthorized|403 Forbidden|HTTP 401|HTTP 403|status code 401|status code 403|\
             status code: 401|status code: 403|Error code: 401|Error code: 403|invalid api key|Incorrect API key|\
             Unable to locate credentials|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|token has expired|Bad credentials|\
             UNAUTHENTICATED|PERMISSION_DENIED|Invalid username or token|Authentication failed for 'http|ENEEDAUTH|ACCESS_TOKEN_INVALID",
    ),
    either(
        "server-error",
        (High, Api),
        "ServiceUnavailableError|ServiceUnavailable|InternalServerError|BadGateway",
        "500 Server Error|502 Server Error|503 Server Error|504 Server Error|500 Internal Server Error|502 Bad Gateway|\
             503 Service Unavailable|503 Service Temporarily Unavailable|504 Gateway|HTTP 500|HTTP 502|HTTP 503|HTTP 504|status code 500|\
             status code 502|status code 503|status code 504|status code: 500|status code: 502|status code: 503|Error code: 500|\
             Error code: 502|Error code: 503|upstream connect error|upstream prematurely closed|Error code: 529|overloaded_error|\
             no healthy upstream",
    ),
    either(
        "network",
        (High, Network),
        "ConnectionError|NewConnectionError|MaxRetryError|ConnectError|ConnectException|URLError|ClientConnectorError|APIConnectionError|\
             FetchError|NetworkError",
        "error sending request for url|fetch failed|Failed to establish a new connection|Max retries exceeded with url|\
             unable to access 'http|network failure seems to have happened|spurious network error|npm ERR! network",
    ),
    either("database", (High, Database), DATABASE_KINDS, "SQLSTATE["),
    words(
        "command-missing",
        (High, Configuration),
        "command not found|is not recognized as an internal or external command|executable file not found in|exit code 127|\
             exited with code 127|exit status 127|exit status: 127|program not found|is not recognized as the name of a cmdlet|\
             sh: 1: not found|GitExecutableNotFound|Bad git executable",
    ),
    either(
        "permission",
        (High, Configuration),
        "PermissionError|AccessDeniedException",
        "Permission denied|[Errno 13]|os error 13|EACCES|Operation not permitted|[Errno 1]|os error 1|EPERM|Access is denied|\
             [WinError 5]|os error 5",
    ),
    either(
        "file-missing",
        (High, Configuration),
        "FileNotFoundError|NoSuchFileException|NotADirectoryError",
        "No such file or directory|[Errno 2]|os error 2|os error 3|ENOENT|cannot find the path specified|cannot find the file specified|\
             [WinError 2]|[WinError 3]|Is a directory (os error 21)",
    ),
];
