//! Advice on faults of how a program is put into place: packages, toolchains, images, machines of another sort.

use super::table::{Operational, fault, naming};

pub(super) const FAULTS: &[Operational] = &[
    fault(
        "managed-environment",
        "the Python of the system takes no packages from pip",
        "The system's package manager owns that folder (PEP 668).",
        &[
            &[(
                "make an environment of the project's own, and install there",
                "python3 -m venv .venv && .venv/bin/python -m pip install ...",
            )],
            &[("for programs rather than libraries", "pipx install ...")],
        ],
    ),
    naming(
        r"requirement (?<package>[\w.-]+)|distribution found for (?<other>[\w.-]+)|package named `(?<crate>[\w-]+)`",
        fault(
            "versions",
            "the versions that are asked for do not fit each other, or do not exist",
            "A package, its dependencies and the version of the language leave no choice.",
            &[
                &[
                    ("see which versions of `$package` there are for this Python", "python3 -m pip index versions $package"),
                    ("see which versions of `$other` there are for this Python", "python3 -m pip index versions $other"),
                    ("see what wants the crate `$crate`", "cargo tree -i $crate"),
                    ("read which two demands exclude each other in the message, and loosen or pin one of them", ""),
                ],
                &[(
                    "see that the version of the language is one that the package supports",
                    "python3 --version; node --version; rustc --version",
                )],
                &[("see whether what is installed fits together", "python3 -m pip check")],
            ],
        ),
    ),
    fault(
        "registry",
        "cargo cannot get a package",
        "The registry or repository cannot be reached, or the machine is offline.",
        &[
            &[("see whether the machine is online, then fetch", "cargo fetch")],
            &[("behind a proxy, or with a slow line: use git's own program", "export CARGO_NET_GIT_FETCH_WITH_CLI=true")],
        ],
    ),
    fault(
        "manifest",
        "cargo cannot read its manifest or lock file",
        "The file is not there, or holds what this cargo does not know.",
        &[
            &[("see which manifest is meant, from the folder where cargo starts", "cargo locate-project")],
            &[("see that the toolchain is as new as the manifest and lock file", "cargo --version")],
        ],
    ),
    fault(
        "package-missing",
        "a package is missing, or is another version than the one that was compiled for",
        "The code names it and nothing provides it at run time.",
        &[
            &[("node: install what `package.json` lists", "npm ci")],
            &[("Go: bring `go.mod` up to date", "go mod tidy")],
            &[("Java: see which version stands on the class path", "mvn dependency:tree")],
        ],
    ),
    fault(
        "binary-mismatch",
        "a compiled package was built for another version of what it is used with",
        "Its binary interface does not fit: it must be installed again, or one of the two pinned.",
        &[
            &[("see the versions of both", "python3 -m pip list")],
            &[(
                "install the compiled package again for what is here now, or pin the other (`numpy<2`)",
                "python3 -m pip install --force-reinstall --no-cache-dir PACKAGE",
            )],
            &[("node: build its native packages again", "npm rebuild")],
        ],
    ),
    fault(
        "binary-mismatch-symbol",
        "a compiled module needs a symbol that its library does not have",
        "It was built against another version of that library.",
        &[
            &[("see which libraries it finds", "ldd MODULE.so")],
            &[(
                "install both again from the same source, in versions that belong together",
                "python3 -m pip install --force-reinstall --no-cache-dir PACKAGE",
            )],
        ],
    ),
    naming(
        r"(?<library>lib[\w+.-]+\.so(?:\.\d+)*)",
        fault(
            "shared-library",
            "a shared library of the system is missing",
            "The package needs it and does not bring it along.",
            &[
                &[
                    (
                        "see which package of the system has `$library` and install it (`libGL.so.1`: libgl1, `libgomp.so.1`: libgomp1, `libpq.so.5`: libpq5)",
                        "apt-file search $library",
                    ),
                    ("install the package of the system that has the library", ""),
                ],
                &[("if it is installed elsewhere, see what the loader finds", "ldconfig -p | head; echo $LD_LIBRARY_PATH")],
            ],
        ),
    ),
    naming(
        r"(?<header>[\w./-]+\.h): No such file|build command for `(?<crate>[\w-]+)",
        fault(
            "headers",
            "development files of a library are missing",
            "A package is compiled here, and headers or pkg-config files of a library of the system are not installed.",
            &[
                &[
                    (
                        "see which package of the system has `$header` and install it (`Python.h`: python3-dev, `ffi.h`: libffi-dev, `libpq-fe.h`: libpq-dev, `openssl/ssl.h`: libssl-dev)",
                        "apt-file search $header",
                    ),
                    (
                        "the crate `$crate` compiles or links a library of the system: install it with its development files and pkg-config (`openssl-sys`: libssl-dev pkg-config)",
                        "",
                    ),
                    (
                        "install the development files of the library that the message names, and pkg-config (Debian: `lib...-dev`, Fedora: `...-devel`)",
                        "",
                    ),
                ],
                &[("or install a version of the package that comes compiled", "python3 -m pip install --only-binary :all: PACKAGE")],
            ],
        ),
    ),
    fault(
        "compiler",
        "a compiler, linker or build tool is not installed",
        "A package is compiled here, and the tools for that are missing.",
        &[
            &[("Debian, Ubuntu", "sudo apt-get install build-essential pkg-config cmake")],
            &[("Fedora", "sudo dnf install gcc gcc-c++ make cmake pkgconf")],
            &[("macOS", "xcode-select --install")],
            &[("protoc, clang and the like are packages of the system as well (`protobuf-compiler`, `libclang-dev`)", "")],
        ],
    ),
    naming(
        r"target may not be installed|the `(?<target>[\w-]+)` target",
        fault(
            "toolchain",
            "the toolchain is missing, or has not the version that is asked for",
            "The code or one of its packages needs another version of the language or another target.",
            &[
                &[
                    ("install the target", "rustup target add $target"),
                    ("see what is installed", "rustc --version; node --version; python3 --version; go version"),
                ],
                &[("update the toolchain, or pin the package to a version that still supports this one", "rustup update")],
            ],
        ),
    ),
    fault(
        "glibc",
        "the program was built for a newer system than the one it runs on",
        "The C library of a system is never older than the one that a binary was linked with.",
        &[
            &[("see the version here", "ldd --version")],
            &[(
                "build in an image as old as the oldest system that it must run on, link statically (musl), or run it on a newer system",
                "",
            )],
        ],
    ),
    fault(
        "architecture",
        "the program was built for another kind of processor",
        "Its format or instructions are not those of this machine.",
        &[
            &[("see what it is and what the machine is", "file PROGRAM; uname -m")],
            &[("build or pull the image for this platform", "docker build --platform linux/amd64 .")],
            &[("a script without `#!` in its first line, or with CRLF there, says the same", "head -1 SCRIPT | od -c | head -2")],
        ],
    ),
    fault(
        "image-pull",
        "the image cannot be pulled",
        "The name or the tag does not exist, or the registry asks for a login.",
        &[
            &[("try it by hand", "docker pull IMAGE")],
            &[("log in, or give the cluster the credentials (`imagePullSecrets`)", "docker login REGISTRY")],
        ],
    ),
    fault(
        "crash-loop",
        "a container ends again and again",
        "What it prints before it ends is the cause.",
        &[
            &[("see what it printed before it ended", "kubectl logs POD --previous")],
            &[("see how it ended: 137 means killed, 139 a crash, 1 an error of its own", "kubectl describe pod POD")],
        ],
    ),
    fault(
        "probe",
        "a container does not become healthy",
        "Its check fails: the program is not ready, answers elsewhere, or is too slow.",
        &[
            &[("see what the check said", "docker inspect --format '{{json .State.Health}}' CONTAINER")],
            &[("see what the container prints as it starts", "docker compose logs --tail 50")],
        ],
    ),
    fault(
        "docker-daemon",
        "Docker's daemon cannot be reached",
        "It is not started, or this user may not speak to it.",
        &[
            &[("see whether it runs", "systemctl status docker")],
            &[("see whether this user is in the group `docker`, and which address is set", "id; env | grep DOCKER_HOST")],
        ],
    ),
    fault(
        "ssh-key",
        "git cannot log in to the remote",
        "No key that the remote knows is offered, or the host is not known here.",
        &[&[("see which keys are offered", "ssh-add -l")], &[("in CI, give the job a key or a token, and the host to `known_hosts`", "")]],
    ),
    fault(
        "git-owner",
        "git does not trust a folder that belongs to another user",
        "Whoever owns the folder could make git run programs.",
        &[&[("if it is yours, say so", "git config --global --add safe.directory \"$PWD\"")]],
    ),
];
