"""A patch, taken apart and put together again, without git."""

from muxer.workspaces.hunks import files_of, ids_of, taken

TWO = """\
diff --git a/one b/one
index 1111111..2222222 100644
--- a/one
+++ b/one
@@ -1,5 +1,6 @@ def one():
 a
-b
-c
+B
+C
+D
 d
 e
@@ -20,3 +21,2 @@
 x
-y
 z
"""


def head(*lines: str) -> str:
    return "\n".join(("diff --git a/x y b/x y", *lines, ""))


def test_files_hunks_and_lines_are_told() -> None:
    [file] = files_of(TWO)
    assert (file.path, file.was, file.fate, file.modes, file.binary) == ("one", "one", "modified", ("", ""), False)
    assert (file.added, file.removed) == (3, 3)
    first, second = file.hunks
    assert (first.old, first.new, first.heading) == (1, 1, "def one():")
    assert second.lines == (" x", "-y", " z")
    assert len({first.id, second.id}) == 2


def test_a_hunk_is_known_by_what_it_changes_not_by_where() -> None:
    [file] = files_of(TWO)
    [moved] = files_of(TWO.replace("@@ -1,5 +1,6 @@", "@@ -31,5 +41,6 @@").replace("\n a\n", "\n A\n"))
    [other] = files_of(TWO.replace("+C", "+see"))
    assert moved.hunks[0].id == file.hunks[0].id
    assert other.hunks[0].id != file.hunks[0].id
    assert other.hunks[1].id == file.hunks[1].id


def test_equal_hunks_of_a_file_are_told_apart() -> None:
    again = TWO + "@@ -30,3 +30,2 @@\n p\n-y\n q\n"
    [file] = files_of(again)
    assert len({hunk.id for hunk in file.hunks}) == 3


def test_what_becomes_of_a_file_is_in_its_head() -> None:
    [made] = files_of(head("new file mode 100755", "index 0..1"))
    assert (made.path, made.fate, made.modes) == ("x y", "added", ("", "100755"))
    [gone] = files_of(head("deleted file mode 100644", "index 1..0", "Binary files a/x y and /dev/null differ"))
    assert (gone.path, gone.fate, gone.modes, gone.binary) == ("x y", "deleted", ("100644", ""), True)
    [mode] = files_of(head("old mode 100644", "new mode 100755"))
    assert (mode.path, mode.fate, mode.modes) == ("x y", "modified", ("100644", "100755"))
    [name] = files_of("diff --git a/o b/n\nsimilarity index 100%\nrename from o\nrename to n\n")
    assert (name.path, name.was, name.fate) == ("n", "o", "renamed")


def test_names_in_quotes_are_read() -> None:
    [file] = files_of('diff --git "a/q\\"\\tz" "b/q\\"\\tz"\nold mode 100644\nnew mode 100755\n')
    assert file.path == 'q"\tz'
    [file] = files_of('diff --git "a/\\033x" "b/\\033x"\n--- "a/\\033x"\n+++ "b/\\033x"\n@@ -1 +1 @@\n-a\n+b\n')
    assert file.path == "\x1bx"
    [file] = files_of("diff --git a/a b b/a b\n--- a/a b\t\n+++ b/a b\t\n@@ -1 +1 @@\n-a\n+b\n")
    assert file.path == "a b"


def test_lines_that_look_like_the_head_of_a_file_are_lines() -> None:
    looks = "--- a/y\n-@@ -1 +1 @@\n+diff --git a/y b/y\n+new file mode 1\n"
    patch = f"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n{looks}"
    [file] = files_of(patch)
    assert (file.path, file.fate, len(file.hunks), file.added, file.removed) == ("x", "modified", 1, 2, 2)


def test_a_file_without_hunks_is_known_by_its_content() -> None:
    one = head("index 1..2 100644", "Binary files differ")
    [file], [other] = files_of(one), files_of(one.replace("1..2", "1..3"))
    [whole] = files_of(head("index 1..2 100644", "GIT binary patch", "literal 1", "Ic$@<O00001"))
    assert file.id == whole.id != other.id
    assert ids_of([file]) == {file.id}
    assert taken([whole], {file.id: None}).endswith("literal 1\nIc$@<O00001\n")
    assert taken([whole], {}) == ""


def test_hunks_after_one_that_is_not_chosen_move() -> None:
    files = files_of(TWO)
    first, second = files[0].hunks
    assert taken(files, dict.fromkeys((first.id, second.id))) == TWO.replace(" @@ def one():", " @@")
    assert "@@ -20,3 +20,2 @@\n x\n-y\n z\n" in taken(files, {second.id: None})
    assert "-b" not in taken(files, {second.id: None})


def test_lines_are_chosen_as_they_are_meant() -> None:
    files = files_of(TWO)
    first = files[0].hunks[0]
    lines = taken(files, {first.id: frozenset({0, 2})}).splitlines()  # b becomes B
    assert lines[4:] == ["@@ -1,5 +1,5 @@", " a", "-b", "+B", " c", " d", " e"]
    lines = taken(files, {first.id: frozenset({4})}).splitlines()  # only D is new
    assert lines[4:] == ["@@ -1,5 +1,6 @@", " a", " b", " c", "+D", " d", " e"]
    assert taken(files, {first.id: frozenset()}) == ""


def test_a_file_of_which_something_stays_is_not_deleted() -> None:
    gone = "diff --git a/x b/x\ndeleted file mode 100644\nindex 1..0\n--- a/x\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n"
    files = files_of(gone)
    hunk = files[0].hunks[0]
    assert taken(files, {hunk.id: None}) == gone
    assert taken(files, {hunk.id: frozenset({1})}) == (
        "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,1 @@\n a\n-b\n"
    )


def test_a_line_without_an_end_keeps_that() -> None:
    patch = TWO + "@@ -40 +39 @@\n-p\n\\ No newline at end of file\n+q\n\\ No newline at end of file\n"
    files = files_of(patch)
    hunk = files[0].hunks[2]
    assert hunk.lines[1] == "\\ No newline at end of file"
    assert taken(files, {hunk.id: frozenset({0, 1})}).endswith(patch[patch.index("-p") :])
