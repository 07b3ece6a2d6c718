//! The kinds of Python faults, each planted the way people make it: a guard forgotten, a name mistyped, a `return` left out.

use tree_sitter::Node;

use crate::site::{Chance, Edit, File, Kind, around, children, replace};

/// Every kind that is planted in Python code.
pub(crate) const KINDS: &[Kind] = &[
    Kind { name: "missing key", wanted: r"KeyError: ", sites: missing_key },
    Kind { name: "attribute of None", wanted: r"AttributeError: 'NoneType' object has no attribute", sites: guards },
    Kind { name: "attribute typo", wanted: r"AttributeError: .*has no attribute '$NAME'", sites: attribute_typo },
    Kind { name: "missing import (std)", wanted: r"NameError: name '\w+' is not defined", sites: std_import },
    Kind { name: "missing import (own)", wanted: r"NameError: name '\w+' is not defined", sites: own_import },
    Kind { name: "name typo", wanted: r"NameError: name '$NAME' is not defined", sites: name_typo },
    Kind { name: "unbound local", wanted: r"UnboundLocalError: ", sites: unbound_local },
    Kind { name: "index out of range", wanted: r"IndexError: .*out of range", sites: off_by_one },
    Kind {
        name: "str + other",
        wanted: r"TypeError: (can only concatenate str|must be str|unsupported operand type\(s\) for \+: .*'str')",
        sites: str_plus,
    },
    Kind { name: "None operand", wanted: r"TypeError: .*NoneType", sites: none_operand },
    Kind { name: "wrong keyword", wanted: r"TypeError: .*(unexpected|invalid) keyword argument:? '?$NAME", sites: wrong_keyword },
    Kind { name: "missing self", wanted: r"TypeError: .*takes \d+ positional arguments? but \d+ (was|were) given", sites: missing_self },
    Kind { name: "missing return", wanted: r"(TypeError|AttributeError): .*NoneType", sites: missing_return },
    Kind { name: "missing await", wanted: r"(TypeError|AttributeError): .*coroutine", sites: missing_await },
    Kind { name: "division by zero", wanted: r"ZeroDivisionError: ", sites: zero_guards },
    Kind { name: "bytes/str", wanted: r"TypeError: .*bytes", sites: bytes_str },
    Kind { name: "encoding", wanted: r"Unicode(De|En)codeError: ", sites: encoding },
    Kind { name: "bad int input", wanted: r"ValueError: (invalid literal for int|could not convert)", sites: bad_int },
    Kind { name: "moved API", wanted: r"(AttributeError: .*has no attribute '$NAME'|ImportError: cannot import name)", sites: moved_api },
];

/// Calls of a method: the call, the object, the method's name and the arguments.
fn method_calls<'f>(file: &'f File, methods: &[&str]) -> Vec<(Node<'f>, Node<'f>, Vec<Node<'f>>)> {
    let as_method = |call: Node<'f>| {
        let function = call.child_by_field_name("function").filter(|function| function.kind() == "attribute")?;
        let object = function.child_by_field_name("object")?;
        let arguments = call.child_by_field_name("arguments").filter(|arguments| arguments.kind() == "argument_list")?;
        methods.contains(&file.field(function, "attribute")).then(|| (call, object, children(arguments)))
    };
    file.nodes("call").into_iter().filter_map(as_method).collect()
}

fn missing_key(file: &File, chance: &mut Chance) -> Vec<Edit> {
    let mut edits: Vec<Edit> = method_calls(file, &["get", "pop"])
        .into_iter()
        .filter(|(_, _, arguments)| arguments.len() == 2)
        .map(|(call, object, arguments)| {
            let (object, key) = (file.of(object), file.of(arguments[0]));
            let is_pop = file.of(call).starts_with(&format!("{object}.pop"));
            replace(call, if is_pop { format!("{object}.pop({key})") } else { format!("{object}[{key}]") })
        })
        .collect();
    for subscript in file.nodes("subscript") {
        let Some(key) = subscript.child_by_field_name("subscript").filter(|key| key.kind() == "string") else { continue };
        let is_read = !subscript.parent().is_some_and(|parent| parent.child_by_field_name("left") == Some(subscript));
        let text = file.of(key);
        if let (true, Some(typed)) = (is_read && text.len() > 5, chance.misspelt(&text[1..text.len() - 1])) {
            edits.push(replace(key, format!("{0}{typed}{0}", &text[..1])));
        }
    }
    edits
}

/// Guards that somebody forgot: an `if` of one statement without `else` is taken away whole, `x or y` loses its `y`.
fn guards(file: &File, _: &mut Chance) -> Vec<Edit> {
    let is_guard = |node: &Node<'_>| {
        let is_single = node.child_by_field_name("consequence").is_some_and(|block| children(block).len() == 1);
        let has_siblings = node.parent().is_some_and(|parent| children(parent).len() > 1);
        is_single && has_siblings && node.child_by_field_name("alternative").is_none() && around(*node, "function_definition").is_some()
    };
    let forgotten = file.nodes("if_statement").into_iter().filter(is_guard).map(|node| file.without_lines(node));
    let or_else = file.nodes("boolean_operator").into_iter().filter(|node| {
        let is_value = node.parent().is_some_and(|parent| ["assignment", "argument_list", "return_statement"].contains(&parent.kind()));
        is_value && file.field(*node, "operator") == "or"
    });
    forgotten.chain(or_else.map(|node| replace(node, file.field(node, "left")))).collect()
}

fn zero_guards(file: &File, chance: &mut Chance) -> Vec<Edit> {
    let divides = |at: usize| {
        file.nodes("function_definition").iter().any(|function| {
            function.byte_range().contains(&at) && [" / ", " // ", " % "].iter().any(|sign| file.of(*function).contains(sign))
        })
    };
    guards(file, chance).into_iter().filter(|edit| divides(edit.at.start + 1)).collect()
}

fn attribute_typo(file: &File, chance: &mut Chance) -> Vec<Edit> {
    let is_read = |node: &Node<'_>| !node.parent().is_some_and(|parent| parent.child_by_field_name("left") == Some(*node));
    let attributes = file.nodes("attribute").into_iter().filter(is_read);
    attributes.filter_map(|node| node.child_by_field_name("attribute")).filter_map(|name| typo(file, name, chance)).collect()
}

fn typo(file: &File, name: Node<'_>, chance: &mut Chance) -> Option<Edit> {
    let typed = chance.misspelt(file.of(name))?;
    (!file.text.contains(&typed)).then(|| Edit { name: Some(typed.clone()), ..replace(name, typed) })
}

fn imports<'f>(file: &'f File, is_own: bool) -> Vec<Edit> {
    let is_wanted = |node: &Node<'f>| {
        let module = file.field(*node, "module_name");
        let package = file.path.split('/').next().unwrap_or("");
        let own = module.starts_with('.') || module.split('.').next() == Some(package);
        own == is_own && module != "__future__" && around(*node, "try_statement").is_none()
    };
    let plain = file.nodes("import_statement").into_iter().filter(is_wanted).map(|node| file.without_lines(node));
    let from = file.nodes("import_from_statement").into_iter().filter(is_wanted).flat_map(|node| {
        let names: Vec<Node<'f>> = children(node).into_iter().skip(1).collect();
        let one_less = |gone: usize| {
            let kept: Vec<&str> = names.iter().enumerate().filter(|(index, _)| *index != gone).map(|(_, name)| file.of(*name)).collect();
            replace(node, format!("from {} import {}", file.field(node, "module_name"), kept.join(", ")))
        };
        if names.len() == 1 { vec![file.without_lines(node)] } else { (0..names.len()).map(one_less).collect() }
    });
    plain.chain(from).collect()
}

fn std_import(file: &File, _: &mut Chance) -> Vec<Edit> {
    imports(file, false)
}

fn own_import(file: &File, _: &mut Chance) -> Vec<Edit> {
    imports(file, true)
}

fn name_typo(file: &File, chance: &mut Chance) -> Vec<Edit> {
    let is_use = |node: &Node<'_>| {
        let uses = ["argument_list", "binary_operator", "comparison_operator", "return_statement", "subscript", "not_operator", "list"];
        around(*node, "function_definition").is_some() && node.parent().is_some_and(|parent| uses.contains(&parent.kind()))
    };
    file.nodes("identifier").into_iter().filter(is_use).filter_map(|name| typo(file, name, chance)).collect()
}

fn unbound_local(file: &File, _: &mut Chance) -> Vec<Edit> {
    let literals = ["none", "true", "false", "integer", "float", "string", "list", "dictionary", "tuple"];
    let is_initial = |statement: &Node<'_>| {
        let Some(assignment) = statement.named_child(0).filter(|child| child.kind() == "assignment") else { return false };
        let is_literal = assignment.child_by_field_name("right").is_some_and(|right| literals.contains(&right.kind()));
        let name = file.field(assignment, "left");
        let again = around(*statement, "function_definition").is_some_and(|function| {
            let later = &file.text[statement.end_byte()..function.end_byte()];
            [" = ", " += ", " -= "].iter().any(|sign| later.contains(&format!(" {name}{sign}")))
        });
        let has_siblings = statement.parent().is_some_and(|parent| children(parent).len() > 1);
        is_literal && again && has_siblings && !name.contains(['.', '[', ','])
    };
    file.nodes("expression_statement").into_iter().filter(is_initial).map(|node| file.without_lines(node)).collect()
}

fn off_by_one(file: &File, _: &mut Chance) -> Vec<Edit> {
    let mut edits = Vec::new();
    for node in file.nodes("comparison_operator") {
        let text = file.of(node);
        if text.matches(" < ").count() == 1 && text.contains("len(") {
            edits.push(replace(node, text.replace(" < ", " <= ")));
        }
    }
    for node in file.nodes("binary_operator") {
        if file.field(node, "left").starts_with("len(") && file.of(node).ends_with(") - 1") {
            edits.push(replace(node, file.field(node, "left")));
        }
    }
    for node in file.nodes("subscript") {
        let Some(index) = node.child_by_field_name("subscript") else { continue };
        match (index.kind(), file.of(index).parse::<u8>()) {
            ("integer", Ok(number)) => edits.push(replace(index, (number + 1).to_string())),
            ("identifier", _) => edits.push(replace(index, format!("{} + 1", file.of(index)))),
            _ => {}
        }
    }
    edits
}

fn str_plus(file: &File, _: &mut Chance) -> Vec<Edit> {
    let in_sum = |node: &Node<'_>| node.parent().is_some_and(|parent| ["binary_operator", "augmented_assignment"].contains(&parent.kind()));
    calls_of(file, "str")
        .into_iter()
        .filter(|(call, _)| in_sum(call))
        .map(|(call, arguments)| replace(call, file.of(arguments[0])))
        .collect()
}

fn calls_of<'f>(file: &'f File, function: &str) -> Vec<(Node<'f>, Vec<Node<'f>>)> {
    let of_function = |call: &Node<'f>| file.field(*call, "function") == function;
    let with_arguments = |call: Node<'f>| Some((call, children(call.child_by_field_name("arguments")?)));
    let calls = file.nodes("call").into_iter().filter(of_function).filter_map(with_arguments);
    calls.filter(|(_, arguments)| !arguments.is_empty()).collect()
}

fn none_operand(file: &File, chance: &mut Chance) -> Vec<Edit> {
    let defaults = file.nodes("default_parameter").into_iter().filter_map(|node| node.child_by_field_name("value"));
    let of_value = defaults.filter(|value| ["integer", "float", "string"].contains(&value.kind())).map(|value| replace(value, "None"));
    of_value.chain(guards(file, chance)).collect()
}

fn wrong_keyword(file: &File, chance: &mut Chance) -> Vec<Edit> {
    let keywords = file.nodes("keyword_argument").into_iter().filter_map(|node| node.child_by_field_name("name"));
    keywords.filter_map(|name| typo(file, name, chance)).collect()
}

fn missing_self(file: &File, _: &mut Chance) -> Vec<Edit> {
    let first_self = |parameters: Node<'_>| {
        let names = children(parameters);
        let me = names.first().filter(|name| file.of(**name) == "self")?;
        let end = names.get(1).map_or(me.end_byte(), Node::start_byte);
        Some(Edit { at: me.start_byte()..end, text: String::new(), name: None })
    };
    file.nodes("parameters").into_iter().filter_map(first_self).collect()
}

fn missing_return(file: &File, _: &mut Chance) -> Vec<Edit> {
    let with_value = file.nodes("return_statement").into_iter().filter_map(|node| Some((node, node.named_child(0)?)));
    with_value.map(|(node, value)| replace(node, file.of(value))).collect()
}

fn missing_await(file: &File, _: &mut Chance) -> Vec<Edit> {
    file.nodes("await").into_iter().filter_map(|node| Some(replace(node, file.of(node.named_child(0)?)))).collect()
}

fn bytes_str(file: &File, _: &mut Chance) -> Vec<Edit> {
    let coded = method_calls(file, &["encode", "decode"]).into_iter().map(|(call, object, _)| replace(call, file.of(object)));
    let literals = file.nodes("string").into_iter().filter(|node| file.of(*node).starts_with(['b', 'B']));
    coded.chain(literals.map(|node| replace(node, &file.of(node)[1..]))).collect()
}

fn encoding(file: &File, _: &mut Chance) -> Vec<Edit> {
    let is_utf8 = |node: &Node<'_>| ["utf8", "utf-8", "UTF-8"].contains(&file.of(*node).trim_matches(['\'', '"']));
    file.nodes("string").into_iter().filter(is_utf8).map(|node| replace(node, "'ascii'")).collect()
}

fn bad_int(file: &File, _: &mut Chance) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (call, arguments) in calls_of(file, "int").into_iter().chain(calls_of(file, "float")) {
        let first = arguments[0];
        if arguments.len() == 2 {
            edits.push(replace(call, format!("int({})", file.of(first))));
        }
        if first.kind() == "subscript" {
            edits.push(replace(first, file.field(first, "value")));
        }
        if first.kind() == "call" && file.field(first, "function").contains('.') {
            let method = first.child_by_field_name("function").expect("a call has a function");
            edits.push(replace(first, file.field(method, "object")));
        }
    }
    edits
}

fn moved_api(file: &File, _: &mut Chance) -> Vec<Edit> {
    let old = [
        ("items", "iteritems"),
        ("keys", "iterkeys"),
        ("values", "itervalues"),
        ("getfullargspec", "getargspec"),
        ("perf_counter", "clock"),
    ];
    let mut edits = Vec::new();
    for node in file.nodes("attribute") {
        let Some(name) = node.child_by_field_name("attribute") else { continue };
        let moved = old.iter().find(|(new, _)| *new == file.of(name));
        edits.extend(moved.map(|(_, old)| Edit { name: Some((*old).to_owned()), ..replace(name, *old) }));
    }
    for node in file.nodes("import_from_statement") {
        let module = node.child_by_field_name("module_name").filter(|module| file.of(*module) == "collections.abc");
        edits.extend(module.map(|module| replace(module, "collections")));
    }
    edits
}
