# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_homeostasis_global_optspecs
    string join \n C/directory= format= output-file= timeout= j/jobs= no-redact keep q/quiet v/verbose color= h/help V/version
end

function __fish_homeostasis_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_homeostasis_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_homeostasis_using_subcommand
    set -l cmd (__fish_homeostasis_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c homeostasis -n "__fish_homeostasis_needs_command" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_needs_command" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_needs_command" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_needs_command" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_needs_command" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_needs_command" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_needs_command" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -s V -l version -d 'Print version'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -f -a "analyze" -d 'Says what a log means: failures, their causes, possible fixes'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -f -a "fix" -d 'Heals what a log or your tests show: patch, proof, verdict'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -f -a "run" -d 'Runs a command; if it fails, heals it with the same command as the proof'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -f -a "rules" -d 'Lists, shows, tests and starts rules'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -f -a "explain" -d 'Says what a rule or a reason means'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -f -a "init" -d 'Writes homeostasis.toml to start from, or a CI job'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -f -a "hook" -d 'Tests what you push, before it leaves; heals it when the tests fail'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -f -a "undo" -d 'Takes back what `fix --apply` wrote'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -f -a "demo" -d 'Heals a small broken project before your eyes'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -f -a "doctor" -d 'Says what is missing on this machine and how to get it'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -f -a "config" -d 'Shows what is configured, and where each value comes from'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -f -a "completions" -d 'Prints the completion script of a shell'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -f -a "man" -d 'Prints the manual page of the program or of a verb'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -f -a "schema" -d 'Prints the JSON Schema of a `--format json` document, or the keys of a rule'
complete -c homeostasis -n "__fish_homeostasis_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand analyze" -l since -d 'Only what was printed since TIME: `2026-01-02T03:04:05Z`, `2026-01-02 03:04`, or how long ago: `2h`, `30m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand analyze" -l until -d 'Only what was printed until TIME' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand analyze" -l only -d 'Only failures of this language; may be given several times' -r -f -a "python\t'Python'
rust\t'Rust'
java\t'Java and others on its machine'
javascript\t'JavaScript, of Node and browsers'
go\t'Go'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand analyze" -l top -d 'Only the N most important: causes before what follows from them, then the worst, then the most frequent' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand analyze" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand analyze" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand analyze" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand analyze" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand analyze" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand analyze" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand analyze" -s f -l follow -d 'Goes on reading as the log grows, and tells each failure when it first shows'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand analyze" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand analyze" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand analyze" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand analyze" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand analyze" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l repro -d 'Takes the failure of CMD as the fault, and its success as the proof' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l branch -d 'Commits the patch to the new branch NAME; your files stay as they are' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l pick -d 'Takes the patch number N of `--list`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l save-patch -d 'Writes the patch to FILE too, if there is one' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l test -d 'Runs the tests by CMD instead of the command that is found' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l budget -d 'Runs at most N candidates' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l apply -d 'Writes the patch to your files; `homeostasis undo` takes it back'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l check -d 'Only says whether there is a fix: exit code 1 if there is one'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l list -d 'Lists every patch that passes'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l allow-unproven -d 'Lets `--apply` write a patch that harms no test but that nothing proves'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l keep-going -d 'Shows a patch for a part of a build\'s errors where none heals all: it adds no error, and stays unproven'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l allow-dirty -d 'Lets `--apply` write to files with changes that are not committed'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l no-search -d 'Tries only what compilers suggest and rules know'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l suspects -d 'Names the functions that may hold the fault, the most suspicious first, and tries nothing'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand fix" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -l branch -d 'Commits the patch to the new branch NAME; your files stay as they are' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -l pick -d 'Takes the patch number N of `--list`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -l save-patch -d 'Writes the patch to FILE too, if there is one' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -l test -d 'Runs the tests by CMD instead of the command that is found' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -l budget -d 'Runs at most N candidates' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -l apply -d 'Writes the patch to your files; `homeostasis undo` takes it back'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -l check -d 'Only says whether there is a fix: exit code 1 if there is one'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -l list -d 'Lists every patch that passes'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -l allow-unproven -d 'Lets `--apply` write a patch that harms no test but that nothing proves'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -l keep-going -d 'Shows a patch for a part of a build\'s errors where none heals all: it adds no error, and stays unproven'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -l allow-dirty -d 'Lets `--apply` write to files with changes that are not committed'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -l no-search -d 'Tries only what compilers suggest and rules know'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -l suspects -d 'Names the functions that may hold the fault, the most suspicious first, and tries nothing'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and not __fish_seen_subcommand_from list show test new help" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and not __fish_seen_subcommand_from list show test new help" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and not __fish_seen_subcommand_from list show test new help" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and not __fish_seen_subcommand_from list show test new help" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and not __fish_seen_subcommand_from list show test new help" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and not __fish_seen_subcommand_from list show test new help" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and not __fish_seen_subcommand_from list show test new help" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and not __fish_seen_subcommand_from list show test new help" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and not __fish_seen_subcommand_from list show test new help" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and not __fish_seen_subcommand_from list show test new help" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and not __fish_seen_subcommand_from list show test new help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and not __fish_seen_subcommand_from list show test new help" -f -a "list" -d 'Lists every rule with the fault that it names'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and not __fish_seen_subcommand_from list show test new help" -f -a "show" -d 'Prints a rule as it is written, with its examples'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and not __fish_seen_subcommand_from list show test new help" -f -a "test" -d 'Plays the examples of the project\'s own rules, or of all'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and not __fish_seen_subcommand_from list show test new help" -f -a "new" -d 'Starts a rule of your own, below .homeostasis/rules'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and not __fish_seen_subcommand_from list show test new help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from list" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from list" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from list" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from list" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from list" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from list" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from list" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from list" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from show" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from show" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from show" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from show" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from show" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from show" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from show" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from show" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from test" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from test" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from test" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from test" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from test" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from test" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from test" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from test" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from test" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from test" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from test" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from new" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from new" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from new" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from new" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from new" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from new" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from new" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from new" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from new" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from new" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from new" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "list" -d 'Lists every rule with the fault that it names'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "show" -d 'Prints a rule as it is written, with its examples'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "test" -d 'Plays the examples of the project\'s own rules, or of all'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "new" -d 'Starts a rule of your own, below .homeostasis/rules'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand rules; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand explain" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand explain" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand explain" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand explain" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand explain" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand explain" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand explain" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand explain" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand explain" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand explain" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand init" -l ci -d 'Writes a job that heals failed builds instead' -r -f -a "github\t'.github/workflows/homeostasis.yml: annotations in the log, the patch as an artifact'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand init" -l test -d 'The test command that the job runs, instead of a guessed one' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand init" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand init" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand init" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand init" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand init" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand init" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand init" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand init" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand init" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand init" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -f -a "install" -d 'Puts the pre-push hook into this repository'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -f -a "uninstall" -d 'Takes the hook away and puts back the one that was there'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -f -a "run" -d 'What git calls: tests the tip of each pushed branch in a worktree of its own'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and not __fish_seen_subcommand_from install uninstall run help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from install" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from install" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from install" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from install" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from install" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from install" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from install" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from install" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from install" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from install" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from install" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from uninstall" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from run" -l limit -d 'Lets the push go on when testing and healing take longer' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from run" -l test -d 'Runs the tests by CMD instead of the command that is found' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from run" -l legacy -d 'A hook that runs first and may stop the push by itself' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from run" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from run" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from run" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from run" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from run" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from run" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from run" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from run" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from run" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from run" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "install" -d 'Puts the pre-push hook into this repository'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "uninstall" -d 'Takes the hook away and puts back the one that was there'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "run" -d 'What git calls: tests the tip of each pushed branch in a worktree of its own'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand hook; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand undo" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand undo" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand undo" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand undo" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand undo" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand undo" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand undo" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand undo" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand undo" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand undo" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand undo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand demo" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand demo" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand demo" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand demo" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand demo" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand demo" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand demo" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand demo" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand demo" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand demo" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand doctor" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand doctor" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand doctor" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand doctor" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand doctor" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand doctor" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand doctor" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand doctor" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand doctor" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand doctor" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and not __fish_seen_subcommand_from show help" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and not __fish_seen_subcommand_from show help" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and not __fish_seen_subcommand_from show help" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and not __fish_seen_subcommand_from show help" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and not __fish_seen_subcommand_from show help" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and not __fish_seen_subcommand_from show help" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and not __fish_seen_subcommand_from show help" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and not __fish_seen_subcommand_from show help" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and not __fish_seen_subcommand_from show help" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and not __fish_seen_subcommand_from show help" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and not __fish_seen_subcommand_from show help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and not __fish_seen_subcommand_from show help" -f -a "show" -d 'Lists every key with its value and the file that sets it'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and not __fish_seen_subcommand_from show help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and __fish_seen_subcommand_from show" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and __fish_seen_subcommand_from show" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and __fish_seen_subcommand_from show" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and __fish_seen_subcommand_from show" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and __fish_seen_subcommand_from show" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and __fish_seen_subcommand_from show" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and __fish_seen_subcommand_from show" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "show" -d 'Lists every key with its value and the file that sets it'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand config; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand completions" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand completions" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand completions" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand completions" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand completions" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand completions" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand completions" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand completions" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand completions" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand completions" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand man" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand man" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand man" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand man" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand man" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand man" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand man" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand man" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand man" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand man" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand schema" -s C -l directory -d 'Works in DIR, as if it was started there' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand schema" -l format -d 'How the result is printed [default: human]' -r -f -a "human\t'For a person; may change with any version'
concise\t'One line for each failure: `file:line: kind: message (x3)`'
json\t'One JSON document; `homeostasis schema` describes it'
jsonl\t'One JSON document a line; each says its `type`'
diff\t'The patch and nothing else'
github\t'Annotations for a GitHub job'"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand schema" -l output-file -d 'Writes the result to FILE instead of stdout' -r -F
complete -c homeostasis -n "__fish_homeostasis_using_subcommand schema" -l timeout -d 'Ends a run of the tests after this time: `90`, `90s`, `5m`' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand schema" -s j -l jobs -d 'Works with N threads [default: one for each processor]' -r
complete -c homeostasis -n "__fish_homeostasis_using_subcommand schema" -l color -d 'Controls when to use color' -r -f -a "auto\t''
always\t''
never\t''"
complete -c homeostasis -n "__fish_homeostasis_using_subcommand schema" -l no-redact -d 'Shows passwords, tokens and keys as they are; only on a terminal'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand schema" -l keep -d 'Leaves the throw-away worktree behind, for debugging'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand schema" -s q -l quiet -d 'Says nothing on stderr but errors'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand schema" -s v -l verbose -d 'Tells what is done (`-vv`: how)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and not __fish_seen_subcommand_from analyze fix run rules explain init hook undo demo doctor config completions man schema help" -f -a "analyze" -d 'Says what a log means: failures, their causes, possible fixes'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and not __fish_seen_subcommand_from analyze fix run rules explain init hook undo demo doctor config completions man schema help" -f -a "fix" -d 'Heals what a log or your tests show: patch, proof, verdict'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and not __fish_seen_subcommand_from analyze fix run rules explain init hook undo demo doctor config completions man schema help" -f -a "run" -d 'Runs a command; if it fails, heals it with the same command as the proof'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and not __fish_seen_subcommand_from analyze fix run rules explain init hook undo demo doctor config completions man schema help" -f -a "rules" -d 'Lists, shows, tests and starts rules'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and not __fish_seen_subcommand_from analyze fix run rules explain init hook undo demo doctor config completions man schema help" -f -a "explain" -d 'Says what a rule or a reason means'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and not __fish_seen_subcommand_from analyze fix run rules explain init hook undo demo doctor config completions man schema help" -f -a "init" -d 'Writes homeostasis.toml to start from, or a CI job'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and not __fish_seen_subcommand_from analyze fix run rules explain init hook undo demo doctor config completions man schema help" -f -a "hook" -d 'Tests what you push, before it leaves; heals it when the tests fail'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and not __fish_seen_subcommand_from analyze fix run rules explain init hook undo demo doctor config completions man schema help" -f -a "undo" -d 'Takes back what `fix --apply` wrote'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and not __fish_seen_subcommand_from analyze fix run rules explain init hook undo demo doctor config completions man schema help" -f -a "demo" -d 'Heals a small broken project before your eyes'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and not __fish_seen_subcommand_from analyze fix run rules explain init hook undo demo doctor config completions man schema help" -f -a "doctor" -d 'Says what is missing on this machine and how to get it'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and not __fish_seen_subcommand_from analyze fix run rules explain init hook undo demo doctor config completions man schema help" -f -a "config" -d 'Shows what is configured, and where each value comes from'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and not __fish_seen_subcommand_from analyze fix run rules explain init hook undo demo doctor config completions man schema help" -f -a "completions" -d 'Prints the completion script of a shell'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and not __fish_seen_subcommand_from analyze fix run rules explain init hook undo demo doctor config completions man schema help" -f -a "man" -d 'Prints the manual page of the program or of a verb'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and not __fish_seen_subcommand_from analyze fix run rules explain init hook undo demo doctor config completions man schema help" -f -a "schema" -d 'Prints the JSON Schema of a `--format json` document, or the keys of a rule'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and not __fish_seen_subcommand_from analyze fix run rules explain init hook undo demo doctor config completions man schema help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and __fish_seen_subcommand_from rules" -f -a "list" -d 'Lists every rule with the fault that it names'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and __fish_seen_subcommand_from rules" -f -a "show" -d 'Prints a rule as it is written, with its examples'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and __fish_seen_subcommand_from rules" -f -a "test" -d 'Plays the examples of the project\'s own rules, or of all'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and __fish_seen_subcommand_from rules" -f -a "new" -d 'Starts a rule of your own, below .homeostasis/rules'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "install" -d 'Puts the pre-push hook into this repository'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "uninstall" -d 'Takes the hook away and puts back the one that was there'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and __fish_seen_subcommand_from hook" -f -a "run" -d 'What git calls: tests the tip of each pushed branch in a worktree of its own'
complete -c homeostasis -n "__fish_homeostasis_using_subcommand help; and __fish_seen_subcommand_from config" -f -a "show" -d 'Lists every key with its value and the file that sets it'
