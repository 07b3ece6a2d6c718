//! Advice on faults of the machine: memory, processor time, disk, files, ports, variables, rights.

use super::table::{Operational, fault, naming};

pub(super) const FAULTS: &[Operational] = &[
    fault(
        "gpu-memory",
        "the graphics card has no memory left",
        "The batch or model is larger than what is free on the card.",
        &[
            &[("see which processes hold the card's memory", "nvidia-smi")],
            &[("make the batch smaller, use gradient accumulation, or a card with more memory", "")],
            &[(
                "if much is reserved but not allocated, let the allocator grow its segments",
                "export PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True",
            )],
        ],
    ),
    fault(
        "gpu-driver",
        "no graphics card that the program can use",
        "The driver, the card or the build of the library does not fit: the code only asks for it.",
        &[
            &[("see the driver and the highest CUDA version that it supports", "nvidia-smi")],
            &[(
                "see which CUDA the library was built for, and install the build that fits the driver",
                "python3 -c 'import torch; print(torch.version.cuda, torch.cuda.is_available())'",
            )],
            &[("in a container, pass the card through", "docker run --gpus all ...")],
        ],
    ),
    fault(
        "heap",
        "the heap of the runtime is full",
        "The runtime was given less memory than the work needs, or something is never let go.",
        &[
            &[("Java: raise the limit", "export JAVA_TOOL_OPTIONS=-Xmx4g")],
            &[("node: raise the limit, in megabytes", "export NODE_OPTIONS=--max-old-space-size=4096")],
            &[("if it comes back with any limit, take a heap dump and look at what is held", "")],
        ],
    ),
    fault(
        "killed",
        "the process was killed, most often for the memory it used",
        "The kernel or the container ended it: nothing in the log of the program says why.",
        &[
            &[("see whether the kernel ran out of memory", "dmesg -T | grep -i -E 'killed process|out of memory'")],
            &[("see the limit and the use of memory of the containers", "docker stats --no-stream")],
            &[("raise the limit of memory, or run fewer jobs at once (cargo: `-j 2`, make: `-j 2`)", "")],
        ],
    ),
    fault(
        "memory",
        "there is no memory left",
        "The machine or the limit of the process has less memory than the work needs.",
        &[
            &[("see how much memory is free, and who holds it", "free -h && ps aux --sort=-rss | head")],
            &[("see the limit of this shell", "ulimit -a")],
            &[("give it more memory, or work on smaller pieces at a time", "")],
        ],
    ),
    fault(
        "thread-limit",
        "no further thread or process can be started",
        "The limit of threads or processes is reached: by this program or by others of the same user.",
        &[
            &[("see the limit, and how many threads run", "ulimit -u; ps -eLf | wc -l")],
            &[("use fewer workers (for example `OMP_NUM_THREADS=4`), or raise the limit of the container (`--pids-limit`)", "")],
        ],
    ),
    fault(
        "time-limit",
        "the time that a job may take was over",
        "A supervisor ended the work: it is slow, stuck or waits for something that is away.",
        &[
            &[("see what it was doing in the frames above, and whether a service that it waits for answers", "")],
            &[("if the work is only slow, raise the limit of the supervisor (gunicorn: `--timeout`, celery: `time_limit`)", "")],
        ],
    ),
    fault(
        "file-watchers",
        "the limit of watched files is reached",
        "The kernel watches only so many files for each user.",
        &[
            &[("see the limit", "sysctl fs.inotify.max_user_watches fs.inotify.max_user_instances")],
            &[("raise it", "sudo sysctl fs.inotify.max_user_watches=524288")],
        ],
    ),
    fault(
        "disk-full",
        "the disk or the quota is full",
        "Nothing more can be written there, whatever the program does.",
        &[
            &[("see which file system is full", "df -h")],
            &[("see whether it has room but no inodes left", "df -i")],
            &[("see what takes the room, then remove what is not needed", "du -xh --max-depth=1 . | sort -h | tail")],
        ],
    ),
    fault(
        "open-files",
        "too many files or connections are open at once",
        "The limit of the process is reached: it is too low, or files and connections are never closed.",
        &[
            &[("see the limit, and raise it for this shell", "ulimit -n; ulimit -n 65536")],
            &[(
                "see what is open; the same name many times is a leak in the code",
                "lsof -p PID | awk '{print $9}' | sort | uniq -c | sort -n | tail",
            )],
        ],
    ),
    naming(
        r"(?:Read-only file system|EROFS: read-only file system, \w+)(?: \(os error 30\))?:? '?(?<path>/[\w./-]+)",
        fault(
            "read-only",
            "the file system is read-only",
            "Nothing can be written there.",
            &[
                &[("see how it is mounted", "findmnt -T $path"), ("see how it is mounted", "findmnt -T .")],
                &[("let the program write to another folder, or mount this one for writing", "")],
            ],
        ),
    ),
    naming(
        r"(?:port |:|, )(?<port>\d{2,5})\b",
        fault(
            "port-in-use",
            "the port is held by another process",
            "Only one process can listen on an address: an earlier run of the same program, or another one, has it.",
            &[
                &[
                    ("see which process listens on port $port, and stop it", "ss -ltnp 'sport = :$port'"),
                    ("see which process listens on the port, and stop it", "ss -ltnp"),
                ],
                &[("in containers, see which one publishes it", "docker ps --format '{{.Names}} {{.Ports}}'")],
                &[("or give this program another port", "")],
            ],
        ),
    ),
    fault(
        "address-not-here",
        "the address to listen on or to connect from is not one of this machine",
        "A program can listen only on addresses of its own machine or container.",
        &[&[("see the addresses", "ip -brief address")], &[("listen on 0.0.0.0, or correct the address in the settings", "")]],
    ),
    naming(
        r#"(?s)^['"]?(?<name>[A-Z][A-Z0-9_]+)['"]?(?:$|[ :])|(?:variable|setting)[: ]+['"`]?(?<other>[A-Z][A-Z0-9_]{2,})"#,
        fault(
            "variable-missing",
            "a variable of the environment is not set",
            "The program asks for a setting that nobody gave it; a default would make it run with settings that nobody chose.",
            &[
                &[
                    ("set `$name` where the program runs", "export $name=..."),
                    ("set `$other` where the program runs", "export $other=..."),
                    ("set the variable that the message names where the program runs", "env | sort"),
                ],
                &[(
                    "in a container or in CI it must be passed on (`env`, `environment`, `secrets`); a file `.env` is read only by programs that say so",
                    "",
                )],
            ],
        ),
    ),
    fault(
        "settings",
        "settings are missing or wrong",
        "The settings are read from the environment or a file, and what is required is not there.",
        &[
            &[("set each field that the message names: in the environment, in capitals, or in the file of settings", "env | sort")],
            &[("see that the file of settings is read from the folder where the program starts", "ls -a")],
        ],
    ),
    fault(
        "settings-wrong",
        "the program says that its settings are wrong",
        "It was started with settings that it cannot use.",
        &[&[("correct the setting that the message names, where the program runs", "env | sort")]],
    ),
    naming(
        r#"(?:spawn |exec: "|No such file or directory: '|`|sh: (?:\d+: )?|bash: (?:line \d+: )?)(?<program>[\w.+-]+)"#,
        fault(
            "command-missing",
            "a program that is to be run is not installed, or not in PATH",
            "The code starts another program, which is not there.",
            &[
                &[
                    ("see whether `$program` is there", "command -v $program"),
                    ("see whether the program is there, and where it is looked for", "echo $PATH"),
                ],
                &[("install it, or put its folder into PATH; in a container image, add it to the image", "")],
            ],
        ),
    ),
    naming(
        r"(?:Permission denied|EACCES: permission denied, \w+|Operation not permitted)(?: \(os error \d+\))?:? '?(?<path>/[\w./-]+)",
        fault(
            "permission",
            "the user who runs the program may not do that",
            "The rights of the file, folder, port or device forbid it.",
            &[
                &[
                    ("see whose `$path` is and who may write there", "namei -l $path"),
                    ("see who runs it, and whose the file is", "id; ls -la"),
                ],
                &[("give the user the right, or let the program use a folder of its own; ports below 1024 need a right of their own", "")],
            ],
        ),
    ),
    naming(
        r#"(?:No such file or directory|ENOENT: no such file or directory, \w+|cannot find the file specified)(?: \(os error \d\))?:? ['"]?(?<path>[\w./-]*[\w-])['"]?"#,
        fault(
            "file-missing",
            "a file or folder is not there",
            "The program looks for it at a path that does not exist where it runs.",
            &[
                &[
                    ("see whether `$path` exists, from the folder where the program starts", "ls -la $path"),
                    ("see the folder where the program starts: a relative path counts from there", "pwd; ls -la"),
                ],
                &[("if git ignores it or it is generated, make it first; in a container, see that it is copied or mounted", "")],
            ],
        ),
    ),
];
