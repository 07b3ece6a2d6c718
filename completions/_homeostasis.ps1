
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'homeostasis' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'homeostasis'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'homeostasis' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('analyze', 'analyze', [CompletionResultType]::ParameterValue, 'Says what a log means: failures, their causes, possible fixes')
            [CompletionResult]::new('fix', 'fix', [CompletionResultType]::ParameterValue, 'Heals what a log or your tests show: patch, proof, verdict')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Runs a command; if it fails, heals it with the same command as the proof')
            [CompletionResult]::new('rules', 'rules', [CompletionResultType]::ParameterValue, 'Lists, shows, tests and starts rules')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Says what a rule or a reason means')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Writes homeostasis.toml to start from, or a CI job')
            [CompletionResult]::new('hook', 'hook', [CompletionResultType]::ParameterValue, 'Tests what you push, before it leaves; heals it when the tests fail')
            [CompletionResult]::new('undo', 'undo', [CompletionResultType]::ParameterValue, 'Takes back what `fix --apply` wrote')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Heals a small broken project before your eyes')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Says what is missing on this machine and how to get it')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Shows what is configured, and where each value comes from')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Prints the completion script of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Prints the manual page of the program or of a verb')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Prints the JSON Schema of a `--format json` document, or the keys of a rule')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'homeostasis;analyze' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'Only what was printed since TIME: `2026-01-02T03:04:05Z`, `2026-01-02 03:04`, or how long ago: `2h`, `30m`')
            [CompletionResult]::new('--until', '--until', [CompletionResultType]::ParameterName, 'Only what was printed until TIME')
            [CompletionResult]::new('--only', '--only', [CompletionResultType]::ParameterName, 'Only failures of this language; may be given several times')
            [CompletionResult]::new('--top', '--top', [CompletionResultType]::ParameterName, 'Only the N most important: causes before what follows from them, then the worst, then the most frequent')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'Goes on reading as the log grows, and tells each failure when it first shows')
            [CompletionResult]::new('--follow', '--follow', [CompletionResultType]::ParameterName, 'Goes on reading as the log grows, and tells each failure when it first shows')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'homeostasis;fix' {
            [CompletionResult]::new('--repro', '--repro', [CompletionResultType]::ParameterName, 'Takes the failure of CMD as the fault, and its success as the proof')
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'Commits the patch to the new branch NAME; your files stay as they are')
            [CompletionResult]::new('--pick', '--pick', [CompletionResultType]::ParameterName, 'Takes the patch number N of `--list`')
            [CompletionResult]::new('--save-patch', '--save-patch', [CompletionResultType]::ParameterName, 'Writes the patch to FILE too, if there is one')
            [CompletionResult]::new('--test', '--test', [CompletionResultType]::ParameterName, 'Runs the tests by CMD instead of the command that is found')
            [CompletionResult]::new('--budget', '--budget', [CompletionResultType]::ParameterName, 'Runs at most N candidates')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--apply', '--apply', [CompletionResultType]::ParameterName, 'Writes the patch to your files; `homeostasis undo` takes it back')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Only says whether there is a fix: exit code 1 if there is one')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'Lists every patch that passes')
            [CompletionResult]::new('--allow-unproven', '--allow-unproven', [CompletionResultType]::ParameterName, 'Lets `--apply` write a patch that harms no test but that nothing proves')
            [CompletionResult]::new('--keep-going', '--keep-going', [CompletionResultType]::ParameterName, 'Shows a patch for a part of a build''s errors where none heals all: it adds no error, and stays unproven')
            [CompletionResult]::new('--allow-dirty', '--allow-dirty', [CompletionResultType]::ParameterName, 'Lets `--apply` write to files with changes that are not committed')
            [CompletionResult]::new('--no-search', '--no-search', [CompletionResultType]::ParameterName, 'Tries only what compilers suggest and rules know')
            [CompletionResult]::new('--suspects', '--suspects', [CompletionResultType]::ParameterName, 'Names the functions that may hold the fault, the most suspicious first, and tries nothing')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'homeostasis;run' {
            [CompletionResult]::new('--branch', '--branch', [CompletionResultType]::ParameterName, 'Commits the patch to the new branch NAME; your files stay as they are')
            [CompletionResult]::new('--pick', '--pick', [CompletionResultType]::ParameterName, 'Takes the patch number N of `--list`')
            [CompletionResult]::new('--save-patch', '--save-patch', [CompletionResultType]::ParameterName, 'Writes the patch to FILE too, if there is one')
            [CompletionResult]::new('--test', '--test', [CompletionResultType]::ParameterName, 'Runs the tests by CMD instead of the command that is found')
            [CompletionResult]::new('--budget', '--budget', [CompletionResultType]::ParameterName, 'Runs at most N candidates')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--apply', '--apply', [CompletionResultType]::ParameterName, 'Writes the patch to your files; `homeostasis undo` takes it back')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Only says whether there is a fix: exit code 1 if there is one')
            [CompletionResult]::new('--list', '--list', [CompletionResultType]::ParameterName, 'Lists every patch that passes')
            [CompletionResult]::new('--allow-unproven', '--allow-unproven', [CompletionResultType]::ParameterName, 'Lets `--apply` write a patch that harms no test but that nothing proves')
            [CompletionResult]::new('--keep-going', '--keep-going', [CompletionResultType]::ParameterName, 'Shows a patch for a part of a build''s errors where none heals all: it adds no error, and stays unproven')
            [CompletionResult]::new('--allow-dirty', '--allow-dirty', [CompletionResultType]::ParameterName, 'Lets `--apply` write to files with changes that are not committed')
            [CompletionResult]::new('--no-search', '--no-search', [CompletionResultType]::ParameterName, 'Tries only what compilers suggest and rules know')
            [CompletionResult]::new('--suspects', '--suspects', [CompletionResultType]::ParameterName, 'Names the functions that may hold the fault, the most suspicious first, and tries nothing')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'homeostasis;rules' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Lists every rule with the fault that it names')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Prints a rule as it is written, with its examples')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Plays the examples of the project''s own rules, or of all')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Starts a rule of your own, below .homeostasis/rules')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'homeostasis;rules;list' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'homeostasis;rules;show' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'homeostasis;rules;test' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'homeostasis;rules;new' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'homeostasis;rules;help' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Lists every rule with the fault that it names')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Prints a rule as it is written, with its examples')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Plays the examples of the project''s own rules, or of all')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Starts a rule of your own, below .homeostasis/rules')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'homeostasis;rules;help;list' {
            break
        }
        'homeostasis;rules;help;show' {
            break
        }
        'homeostasis;rules;help;test' {
            break
        }
        'homeostasis;rules;help;new' {
            break
        }
        'homeostasis;rules;help;help' {
            break
        }
        'homeostasis;explain' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'homeostasis;init' {
            [CompletionResult]::new('--ci', '--ci', [CompletionResultType]::ParameterName, 'Writes a job that heals failed builds instead')
            [CompletionResult]::new('--test', '--test', [CompletionResultType]::ParameterName, 'The test command that the job runs, instead of a guessed one')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'homeostasis;hook' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Puts the pre-push hook into this repository')
            [CompletionResult]::new('uninstall', 'uninstall', [CompletionResultType]::ParameterValue, 'Takes the hook away and puts back the one that was there')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'What git calls: tests the tip of each pushed branch in a worktree of its own')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'homeostasis;hook;install' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'homeostasis;hook;uninstall' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'homeostasis;hook;run' {
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Lets the push go on when testing and healing take longer')
            [CompletionResult]::new('--test', '--test', [CompletionResultType]::ParameterName, 'Runs the tests by CMD instead of the command that is found')
            [CompletionResult]::new('--legacy', '--legacy', [CompletionResultType]::ParameterName, 'A hook that runs first and may stop the push by itself')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'homeostasis;hook;help' {
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Puts the pre-push hook into this repository')
            [CompletionResult]::new('uninstall', 'uninstall', [CompletionResultType]::ParameterValue, 'Takes the hook away and puts back the one that was there')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'What git calls: tests the tip of each pushed branch in a worktree of its own')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'homeostasis;hook;help;install' {
            break
        }
        'homeostasis;hook;help;uninstall' {
            break
        }
        'homeostasis;hook;help;run' {
            break
        }
        'homeostasis;hook;help;help' {
            break
        }
        'homeostasis;undo' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'homeostasis;demo' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'homeostasis;doctor' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'homeostasis;config' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Lists every key with its value and the file that sets it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'homeostasis;config;show' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'homeostasis;config;help' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Lists every key with its value and the file that sets it')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'homeostasis;config;help;show' {
            break
        }
        'homeostasis;config;help;help' {
            break
        }
        'homeostasis;completions' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'homeostasis;man' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'homeostasis;schema' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Works in DIR, as if it was started there')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'How the result is printed [default: human]')
            [CompletionResult]::new('--output-file', '--output-file', [CompletionResultType]::ParameterName, 'Writes the result to FILE instead of stdout')
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'Ends a run of the tests after this time: `90`, `90s`, `5m`')
            [CompletionResult]::new('-j', '-j', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--jobs', '--jobs', [CompletionResultType]::ParameterName, 'Works with N threads [default: one for each processor]')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'Controls when to use color')
            [CompletionResult]::new('--no-redact', '--no-redact', [CompletionResultType]::ParameterName, 'Shows passwords, tokens and keys as they are; only on a terminal')
            [CompletionResult]::new('--keep', '--keep', [CompletionResultType]::ParameterName, 'Leaves the throw-away worktree behind, for debugging')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Says nothing on stderr but errors')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Tells what is done (`-vv`: how)')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'homeostasis;help' {
            [CompletionResult]::new('analyze', 'analyze', [CompletionResultType]::ParameterValue, 'Says what a log means: failures, their causes, possible fixes')
            [CompletionResult]::new('fix', 'fix', [CompletionResultType]::ParameterValue, 'Heals what a log or your tests show: patch, proof, verdict')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'Runs a command; if it fails, heals it with the same command as the proof')
            [CompletionResult]::new('rules', 'rules', [CompletionResultType]::ParameterValue, 'Lists, shows, tests and starts rules')
            [CompletionResult]::new('explain', 'explain', [CompletionResultType]::ParameterValue, 'Says what a rule or a reason means')
            [CompletionResult]::new('init', 'init', [CompletionResultType]::ParameterValue, 'Writes homeostasis.toml to start from, or a CI job')
            [CompletionResult]::new('hook', 'hook', [CompletionResultType]::ParameterValue, 'Tests what you push, before it leaves; heals it when the tests fail')
            [CompletionResult]::new('undo', 'undo', [CompletionResultType]::ParameterValue, 'Takes back what `fix --apply` wrote')
            [CompletionResult]::new('demo', 'demo', [CompletionResultType]::ParameterValue, 'Heals a small broken project before your eyes')
            [CompletionResult]::new('doctor', 'doctor', [CompletionResultType]::ParameterValue, 'Says what is missing on this machine and how to get it')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Shows what is configured, and where each value comes from')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Prints the completion script of a shell')
            [CompletionResult]::new('man', 'man', [CompletionResultType]::ParameterValue, 'Prints the manual page of the program or of a verb')
            [CompletionResult]::new('schema', 'schema', [CompletionResultType]::ParameterValue, 'Prints the JSON Schema of a `--format json` document, or the keys of a rule')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Print this message or the help of the given subcommand(s)')
            break
        }
        'homeostasis;help;analyze' {
            break
        }
        'homeostasis;help;fix' {
            break
        }
        'homeostasis;help;run' {
            break
        }
        'homeostasis;help;rules' {
            [CompletionResult]::new('list', 'list', [CompletionResultType]::ParameterValue, 'Lists every rule with the fault that it names')
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Prints a rule as it is written, with its examples')
            [CompletionResult]::new('test', 'test', [CompletionResultType]::ParameterValue, 'Plays the examples of the project''s own rules, or of all')
            [CompletionResult]::new('new', 'new', [CompletionResultType]::ParameterValue, 'Starts a rule of your own, below .homeostasis/rules')
            break
        }
        'homeostasis;help;rules;list' {
            break
        }
        'homeostasis;help;rules;show' {
            break
        }
        'homeostasis;help;rules;test' {
            break
        }
        'homeostasis;help;rules;new' {
            break
        }
        'homeostasis;help;explain' {
            break
        }
        'homeostasis;help;init' {
            break
        }
        'homeostasis;help;hook' {
            [CompletionResult]::new('install', 'install', [CompletionResultType]::ParameterValue, 'Puts the pre-push hook into this repository')
            [CompletionResult]::new('uninstall', 'uninstall', [CompletionResultType]::ParameterValue, 'Takes the hook away and puts back the one that was there')
            [CompletionResult]::new('run', 'run', [CompletionResultType]::ParameterValue, 'What git calls: tests the tip of each pushed branch in a worktree of its own')
            break
        }
        'homeostasis;help;hook;install' {
            break
        }
        'homeostasis;help;hook;uninstall' {
            break
        }
        'homeostasis;help;hook;run' {
            break
        }
        'homeostasis;help;undo' {
            break
        }
        'homeostasis;help;demo' {
            break
        }
        'homeostasis;help;doctor' {
            break
        }
        'homeostasis;help;config' {
            [CompletionResult]::new('show', 'show', [CompletionResultType]::ParameterValue, 'Lists every key with its value and the file that sets it')
            break
        }
        'homeostasis;help;config;show' {
            break
        }
        'homeostasis;help;completions' {
            break
        }
        'homeostasis;help;man' {
            break
        }
        'homeostasis;help;schema' {
            break
        }
        'homeostasis;help;help' {
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
