
use builtin;
use str;

set edit:completion:arg-completer[homeostasis] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'homeostasis'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'homeostasis'= {
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand analyze 'Says what a log means: failures, their causes, possible fixes'
            cand fix 'Heals what a log or your tests show: patch, proof, verdict'
            cand run 'Runs a command; if it fails, heals it with the same command as the proof'
            cand rules 'Lists, shows, tests and starts rules'
            cand explain 'Says what a rule or a reason means'
            cand init 'Writes homeostasis.toml to start from, or a CI job'
            cand hook 'Tests what you push, before it leaves; heals it when the tests fail'
            cand undo 'Takes back what `fix --apply` wrote'
            cand demo 'Heals a small broken project before your eyes'
            cand doctor 'Says what is missing on this machine and how to get it'
            cand config 'Shows what is configured, and where each value comes from'
            cand completions 'Prints the completion script of a shell'
            cand man 'Prints the manual page of the program or of a verb'
            cand schema 'Prints the JSON Schema of a `--format json` document, or the keys of a rule'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'homeostasis;analyze'= {
            cand --since 'Only what was printed since TIME: `2026-01-02T03:04:05Z`, `2026-01-02 03:04`, or how long ago: `2h`, `30m`'
            cand --until 'Only what was printed until TIME'
            cand --only 'Only failures of this language; may be given several times'
            cand --top 'Only the N most important: causes before what follows from them, then the worst, then the most frequent'
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand -f 'Goes on reading as the log grows, and tells each failure when it first shows'
            cand --follow 'Goes on reading as the log grows, and tells each failure when it first shows'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'homeostasis;fix'= {
            cand --repro 'Takes the failure of CMD as the fault, and its success as the proof'
            cand --branch 'Commits the patch to the new branch NAME; your files stay as they are'
            cand --pick 'Takes the patch number N of `--list`'
            cand --save-patch 'Writes the patch to FILE too, if there is one'
            cand --test 'Runs the tests by CMD instead of the command that is found'
            cand --budget 'Runs at most N candidates'
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --apply 'Writes the patch to your files; `homeostasis undo` takes it back'
            cand --check 'Only says whether there is a fix: exit code 1 if there is one'
            cand --list 'Lists every patch that passes'
            cand --allow-unproven 'Lets `--apply` write a patch that harms no test but that nothing proves'
            cand --keep-going 'Shows a patch for a part of a build''s errors where none heals all: it adds no error, and stays unproven'
            cand --allow-dirty 'Lets `--apply` write to files with changes that are not committed'
            cand --no-search 'Tries only what compilers suggest and rules know'
            cand --suspects 'Names the functions that may hold the fault, the most suspicious first, and tries nothing'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'homeostasis;run'= {
            cand --branch 'Commits the patch to the new branch NAME; your files stay as they are'
            cand --pick 'Takes the patch number N of `--list`'
            cand --save-patch 'Writes the patch to FILE too, if there is one'
            cand --test 'Runs the tests by CMD instead of the command that is found'
            cand --budget 'Runs at most N candidates'
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --apply 'Writes the patch to your files; `homeostasis undo` takes it back'
            cand --check 'Only says whether there is a fix: exit code 1 if there is one'
            cand --list 'Lists every patch that passes'
            cand --allow-unproven 'Lets `--apply` write a patch that harms no test but that nothing proves'
            cand --keep-going 'Shows a patch for a part of a build''s errors where none heals all: it adds no error, and stays unproven'
            cand --allow-dirty 'Lets `--apply` write to files with changes that are not committed'
            cand --no-search 'Tries only what compilers suggest and rules know'
            cand --suspects 'Names the functions that may hold the fault, the most suspicious first, and tries nothing'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'homeostasis;rules'= {
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand list 'Lists every rule with the fault that it names'
            cand show 'Prints a rule as it is written, with its examples'
            cand test 'Plays the examples of the project''s own rules, or of all'
            cand new 'Starts a rule of your own, below .homeostasis/rules'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'homeostasis;rules;list'= {
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'homeostasis;rules;show'= {
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'homeostasis;rules;test'= {
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'homeostasis;rules;new'= {
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'homeostasis;rules;help'= {
            cand list 'Lists every rule with the fault that it names'
            cand show 'Prints a rule as it is written, with its examples'
            cand test 'Plays the examples of the project''s own rules, or of all'
            cand new 'Starts a rule of your own, below .homeostasis/rules'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'homeostasis;rules;help;list'= {
        }
        &'homeostasis;rules;help;show'= {
        }
        &'homeostasis;rules;help;test'= {
        }
        &'homeostasis;rules;help;new'= {
        }
        &'homeostasis;rules;help;help'= {
        }
        &'homeostasis;explain'= {
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'homeostasis;init'= {
            cand --ci 'Writes a job that heals failed builds instead'
            cand --test 'The test command that the job runs, instead of a guessed one'
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'homeostasis;hook'= {
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand install 'Puts the pre-push hook into this repository'
            cand uninstall 'Takes the hook away and puts back the one that was there'
            cand run 'What git calls: tests the tip of each pushed branch in a worktree of its own'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'homeostasis;hook;install'= {
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'homeostasis;hook;uninstall'= {
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'homeostasis;hook;run'= {
            cand --limit 'Lets the push go on when testing and healing take longer'
            cand --test 'Runs the tests by CMD instead of the command that is found'
            cand --legacy 'A hook that runs first and may stop the push by itself'
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'homeostasis;hook;help'= {
            cand install 'Puts the pre-push hook into this repository'
            cand uninstall 'Takes the hook away and puts back the one that was there'
            cand run 'What git calls: tests the tip of each pushed branch in a worktree of its own'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'homeostasis;hook;help;install'= {
        }
        &'homeostasis;hook;help;uninstall'= {
        }
        &'homeostasis;hook;help;run'= {
        }
        &'homeostasis;hook;help;help'= {
        }
        &'homeostasis;undo'= {
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'homeostasis;demo'= {
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'homeostasis;doctor'= {
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'homeostasis;config'= {
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand show 'Lists every key with its value and the file that sets it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'homeostasis;config;show'= {
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'homeostasis;config;help'= {
            cand show 'Lists every key with its value and the file that sets it'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'homeostasis;config;help;show'= {
        }
        &'homeostasis;config;help;help'= {
        }
        &'homeostasis;completions'= {
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'homeostasis;man'= {
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'homeostasis;schema'= {
            cand -C 'Works in DIR, as if it was started there'
            cand --directory 'Works in DIR, as if it was started there'
            cand --format 'How the result is printed [default: human]'
            cand --output-file 'Writes the result to FILE instead of stdout'
            cand --timeout 'Ends a run of the tests after this time: `90`, `90s`, `5m`'
            cand -j 'Works with N threads [default: one for each processor]'
            cand --jobs 'Works with N threads [default: one for each processor]'
            cand --color 'Controls when to use color'
            cand --no-redact 'Shows passwords, tokens and keys as they are; only on a terminal'
            cand --keep 'Leaves the throw-away worktree behind, for debugging'
            cand -q 'Says nothing on stderr but errors'
            cand --quiet 'Says nothing on stderr but errors'
            cand -v 'Tells what is done (`-vv`: how)'
            cand --verbose 'Tells what is done (`-vv`: how)'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'homeostasis;help'= {
            cand analyze 'Says what a log means: failures, their causes, possible fixes'
            cand fix 'Heals what a log or your tests show: patch, proof, verdict'
            cand run 'Runs a command; if it fails, heals it with the same command as the proof'
            cand rules 'Lists, shows, tests and starts rules'
            cand explain 'Says what a rule or a reason means'
            cand init 'Writes homeostasis.toml to start from, or a CI job'
            cand hook 'Tests what you push, before it leaves; heals it when the tests fail'
            cand undo 'Takes back what `fix --apply` wrote'
            cand demo 'Heals a small broken project before your eyes'
            cand doctor 'Says what is missing on this machine and how to get it'
            cand config 'Shows what is configured, and where each value comes from'
            cand completions 'Prints the completion script of a shell'
            cand man 'Prints the manual page of the program or of a verb'
            cand schema 'Prints the JSON Schema of a `--format json` document, or the keys of a rule'
            cand help 'Print this message or the help of the given subcommand(s)'
        }
        &'homeostasis;help;analyze'= {
        }
        &'homeostasis;help;fix'= {
        }
        &'homeostasis;help;run'= {
        }
        &'homeostasis;help;rules'= {
            cand list 'Lists every rule with the fault that it names'
            cand show 'Prints a rule as it is written, with its examples'
            cand test 'Plays the examples of the project''s own rules, or of all'
            cand new 'Starts a rule of your own, below .homeostasis/rules'
        }
        &'homeostasis;help;rules;list'= {
        }
        &'homeostasis;help;rules;show'= {
        }
        &'homeostasis;help;rules;test'= {
        }
        &'homeostasis;help;rules;new'= {
        }
        &'homeostasis;help;explain'= {
        }
        &'homeostasis;help;init'= {
        }
        &'homeostasis;help;hook'= {
            cand install 'Puts the pre-push hook into this repository'
            cand uninstall 'Takes the hook away and puts back the one that was there'
            cand run 'What git calls: tests the tip of each pushed branch in a worktree of its own'
        }
        &'homeostasis;help;hook;install'= {
        }
        &'homeostasis;help;hook;uninstall'= {
        }
        &'homeostasis;help;hook;run'= {
        }
        &'homeostasis;help;undo'= {
        }
        &'homeostasis;help;demo'= {
        }
        &'homeostasis;help;doctor'= {
        }
        &'homeostasis;help;config'= {
            cand show 'Lists every key with its value and the file that sets it'
        }
        &'homeostasis;help;config;show'= {
        }
        &'homeostasis;help;completions'= {
        }
        &'homeostasis;help;man'= {
        }
        &'homeostasis;help;schema'= {
        }
        &'homeostasis;help;help'= {
        }
    ]
    $completions[$command]
}
