# SPDX-License-Identifier: Apache-2.0
"""Kinds of damage that a reader does not yet name exactly, and why; to be empty.  They are tried
and told, and do not count as bad."""

REASONS = {
    "the voucher of a row that was refused is judged as well":
        """account_missing account_too_long amount_beyond_int64 amount_control_character
           amount_currency amount_exponent amount_hexadecimal amount_letter amount_letter_o
           amount_minus_at_both_ends amount_minus_behind amount_minus_inside amount_missing
           amount_only_decimal_sign amount_only_sign amount_plus amount_thousands_blank
           amount_thousands_comma amount_three_decimals amount_two_decimal_signs
           amount_two_minuses dimension_is_a_word dimension_without_object
           object_quote_unclosed object_without_dimension objects_missing objects_unclosed
           objects_unopened""",
    "the block goes on wrongly after the damaged line":
        """brace_close_removed brace_open_removed brace_twice_on_line brace_with_text
           row_label_cut voucher_head_removed voucher_label_cut""",
    "#KSUMMA is not verified, or named without a line":
        """checksum_is_a_word checksum_wrong cut_before_checksum line_removed_under_checksum
           text_changed_under_checksum""",
    "one bad byte makes a UTF-8 file another encoding":
        """invalid_utf8 list_invalid_utf8""",
    "a code may hold any character":
        """list_code_control_character list_quote_inside_code""",
    "the field is not read":
        """text_quote_unclosed year_number_of_figure""",
    "rows are held against a year that was refused":
        """year_day_impossible year_end_missing year_number_word year_reversed""",
}
KNOWN = {kind: reason for reason, kinds in REASONS.items() for kind in kinds.split()}
