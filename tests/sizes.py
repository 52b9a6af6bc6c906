"""`make sizes`: which files, functions and templates are long. A smell to look at, not a law: it never fails."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILE, FUNCTION, TEMPLATE, STYLE = 250, 15, 150, 250


def functions(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Every function with the lines of its body, the docstring left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            yield node.name, (body[-1].end_lineno or 0) - body[0].lineno + 1


def report() -> Iterator[tuple[int, int, str]]:
    """What is over its limit: lines, limit, where."""
    for path in sorted((ROOT / "server").rglob("*.py")):
        text, where = path.read_text(), path.relative_to(ROOT)
        if "versions" in path.parts:
            continue
        if (lines := len(text.splitlines())) > FILE:
            yield lines, FILE, str(where)
        yield from ((lines, FUNCTION, f"{where} {name}()") for name, lines in functions(ast.parse(text)) if lines > FUNCTION)
    for folder, suffix, limit in (("web/templates", "html", TEMPLATE), ("web/styles", "css", STYLE), ("web/scripts", "js", FILE)):
        for path in sorted((ROOT / folder).rglob(f"*.{suffix}")):
            if (lines := len(path.read_text().splitlines())) > limit and "styleguide" not in path.parts:
                yield lines, limit, str(path.relative_to(ROOT))


def main() -> None:
    """Print them, the furthest over first."""
    over = sorted(report(), key=lambda row: row[1] - row[0])
    for lines, limit, where in over:
        print(f"{lines:5} (> {limit})  {where}")
    files = [len(path.read_text().splitlines()) for path in (ROOT / "server").rglob("*.py") if "versions" not in path.parts]
    print(f"\n{len(files)} Python files, {sum(files)} lines, half of them under {sorted(files)[len(files) // 2]}; {len(over)} things over their limit")


if __name__ == "__main__":
    main()
