"""Every limit on what a hostile site may cost us, in one place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """Sizes are in bytes, times in seconds. Settings may make a value smaller; nothing here is «unlimited»."""

    # one response over plain fetch
    wire_bytes: int = 8_000_000
    body_bytes: int = 8_000_000  # after decompression
    redirects: int = 8
    header_line_bytes: int = 16_384
    header_field_bytes: int = 32_768
    header_fields: int = 200
    # one site
    images_per_page: int = 12  # fetched by the plain path, for QR codes
    image_bytes: int = 2_000_000
    site_seconds: float = 45.0  # worked for it, from its first question to the end of the look (crawler/site_clock.py)
    telling_seconds: float = 12.0  # worked for a site; after that it is asked for no further page by plain fetch
    further_seconds: float = 6.0  # in which a further page or a picture has to answer
    # one rendered visit
    render_seconds: float = 36.0  # everything: a browser's start and end, too
    after_render_seconds: float = 4.0  # of a site's, kept back for reading what a rendered visit brings
    least_render_seconds: float = 12.0  # left to a site; with less no browser is sent there any more
    navigation_seconds: float = 20.0  # until the page answers and has loaded
    load_seconds: float = 10.0  # from its answer until it has loaded
    settle_seconds: float = 4.0
    step_seconds: float = 8.0  # any single browser call
    render_requests: int = 400
    render_bytes: int = 40_000_000
    render_sent: int = 4_000_000  # by the page's own requests and sockets
    resource_bytes: int = 8_000_000
    screenshot_pixels: int = 12_000_000  # width times height
    dom_bytes: int = 8_000_000
    mhtml_bytes: int = 40_000_000
    # what a page may do before its scripts are switched off
    render_frames: int = 200
    render_nodes: int = 500_000  # of all its documents; what is shown then is not the whole page
    dialogs: int = 30
    popups: int = 60
    downloads: int = 20
    console_lines: int = 1_000  # errors that nobody caught are lines too
    console_characters: int = 2_000_000
    address_characters: int = 20_000_000  # of all that it asked for, opened, moved to or offered; data: addresses too
    browser_patience: float = 5.0  # of one visit; then the next in line gets a browser more
    browser_greed: float = 3.0  # seconds of processor time; one that takes long and has had more stands back
    browser_visits: int = 50  # then the browser is replaced
    browser_seconds: float = 1_800.0  # and after so long
    browser_bytes: int = 1_200_000_000  # of all its processes; looked at ten times a second
    browser_processes: int = 60
    # reading
    read_seconds: float = 12.0  # of one heavy page, in the process that may be killed
    html_bytes: int = 8_000_000
    text_characters: int = 1_000_000
    nodes: int = 100_000
    depth: int = 256  # deeper text is still read, but not nested
    matches: int = 200  # of any one kind of fact
    image_pixels: int = 20_000_000  # decoded for QR codes
    # words in a screenshot, in a process of their own
    ocr_pixels: int = 4_000_000  # from the top
    ocr_seconds: float = 20.0
    ocr_memory: int = 1_000_000_000  # address space, in bytes
    # what others are asked about a site when it has been looked at
    asking_seconds: float = 36.0  # name servers at sealing and registries, in sum
    lookup_seconds: float = 30.0  # of these the registries, the servers and the networks of one host
    lookup_bytes: int = 1_000_000
    # time-stamps, which are asked for beside the sites and hold up none of them
    timestamp_seconds: float = 15.0  # one answer of one authority
    stamping_seconds: float = 60.0  # one round over what is pending, whatever its authorities do
    last_stamping_seconds: float = 120.0  # all rounds at the end of a sweep


DEFAULT_BOUNDS = Bounds()
