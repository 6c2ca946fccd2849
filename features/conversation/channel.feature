@reference:BKMK_msdyn_channel
Feature: The channels a conversation can come through
  Routing, capacity and reporting all branch on the channel of a conversation, long after it ended. A channel that is
  missing, carries another number or name, or is not kept sends customers to the wrong queue and makes reports wrong,
  without anybody noticing.

  Rule: Every documented channel is on offer under its number and name, is kept, and comes back under that name
    The number of Microsoft Teams has eight digits, those of the others nine: so it is documented.

    @surface @normative
    Scenario Outline: <channel> is channel number <number>
      When channel number <number> of a conversation (msdyn_channel) is looked up
      Then it reads
        | Value | <number>  |
        | Label | <channel> |

      Examples: Messaging
        | number    | channel                     |
        | 19241000  | Microsoft Teams             |
        | 192300000 | WhatsApp                    |
        | 192310000 | LINE                        |
        | 192320000 | WeChat                      |
        | 192330000 | Facebook                    |
        | 192340000 | SMS                         |
        | 192350001 | Twitter                     |
        | 192350002 | Custom                      |
        | 192360000 | Live chat                   |
        | 192450000 | Apple Messages for Business |
        | 192450001 | Google's Business Messages  |

      Examples: Voice, video and shared screens
        | number    | channel        |
        | 192370000 | Voice          |
        | 192380000 | Video          |
        | 192390000 | Co-browse      |
        | 192400000 | Screen sharing |
        | 192440000 | Voice call     |

    @data @derived
    Scenario Outline: A conversation through <channel> is kept as channel <number>
      Given a conversation, and another one beside it
      When its channel (msdyn_channel) is set to <channel> (<number>)
      Then number <number> is stored (msdyn_channel)
      And the other conversations are as they were
      And number <number> comes back as "<channel>" (msdyn_channel)

      Examples: Messaging
        | number    | channel                     |
        | 19241000  | Microsoft Teams             |
        | 192300000 | WhatsApp                    |
        | 192310000 | LINE                        |
        | 192320000 | WeChat                      |
        | 192330000 | Facebook                    |
        | 192340000 | SMS                         |
        | 192350001 | Twitter                     |
        | 192350002 | Custom                      |
        | 192360000 | Live chat                   |
        | 192450000 | Apple Messages for Business |
        | 192450001 | Google's Business Messages  |

      Examples: Voice, video and shared screens
        | number    | channel        |
        | 192370000 | Voice          |
        | 192380000 | Video          |
        | 192390000 | Co-browse      |
        | 192400000 | Screen sharing |
        | 192440000 | Voice call     |

  @data @derived
  Rule: Where conversations can come through several channels, all of them are kept

    Scenario: A conversation that began in a chat and went on by voice is kept under both
      Given a conversation, and another one beside it
      And its channel (msdyn_channel) can be set to Live chat (192360000) and Voice (192370000)
      When its channel (msdyn_channel) is set to Live chat (192360000) and Voice (192370000)
      Then number 192360000 is stored (msdyn_channel)
      And number 192360000 comes back as "Live chat" (msdyn_channel)
      And number 192370000 is stored (msdyn_channel)
      And number 192370000 comes back as "Voice" (msdyn_channel)

  @data @derived
  Rule: A channel that is not on offer is refused, and nothing is stored

    Scenario: The channel of a conversation cannot be changed to one that is not on offer
      Given a conversation, and another one beside it
      And its channel (msdyn_channel) can be set to WhatsApp (192300000)
      When its channel (msdyn_channel) is set to a number that is not on offer
      Then that is refused
      And the conversation is as it was
      And the other conversations are as they were

    Scenario: A conversation cannot be started on a channel that is not on offer
      Given the channel of a new conversation (msdyn_channel) can be set to WhatsApp (192300000)
      When the channel of a new conversation (msdyn_channel) is set to a number that is not on offer
      Then that is refused
      And the conversation was not made

  @surface @control
  Rule: The look-up can tell a channel from none
    More channels than these may be offered: they are listed as extensions, and not judged.

    Scenario: A number that nobody documents stands for no channel
      When channel number 192999999 of a conversation (msdyn_channel) is looked up
      Then it is not found
