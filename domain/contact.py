"""Phone numbers and email addresses: validity, and one written form each. No network look-ups.

Anything may import this module; the two libraries are imported on first use, since start-up is precious.
"""

from domain.errors import InvalidInput


def phone_number(text: str, region: str) -> str:
    """The E.164 form (`+12025550134`) of a number written as people write it.

    Args:
        text: What was typed.
        region: The country that a number without a prefix is read in (ISO 3166, such as `US`).

    Raises:
        InvalidInput: It cannot be a phone number.
    """
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise InvalidInput(f"{text!r} is not a phone number: write it like +1 202 555 0134", phone=text) from error
    if not phonenumbers.is_possible_number(number):
        raise InvalidInput(f"{text!r} has the wrong length for a phone number in {region}", phone=text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_address(text: str) -> str:
    """The normal form of an email address.

    Raises:
        InvalidInput: It cannot be one; the sentence says what is wrong with it.
    """
    import email_validator

    try:
        return email_validator.validate_email(text, check_deliverability=False).normalized
    except email_validator.EmailNotValidError as error:
        raise InvalidInput(f"{text!r} is not an email address: {error}", email=text) from error
