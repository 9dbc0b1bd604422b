import { addressText, logFields } from '@sahary/config/fragments'
import { z } from 'zod'

/** Settings of the simulator. */
export const configSchema = z.object({
  GATEWAY_URL: addressText('http', 'https').describe('The platform whose site is simulated.'),
  MQTT_DEVICE_URL: addressText('mqtt', 'mqtts').describe("The devices' broker, without credentials."),
  FIRST_ADMIN_IDENTIFIER: z.string().describe('Who adds the inverters.'),
  FIRST_ADMIN_PASSWORD: z.string().describe('Their password.'),
  SIMULATOR_BOOK: z.string().describe('The file in which the roof remembers its credentials and meters.'),
  SCENARIO: z.string().optional().describe('A scenario file; scenarios/cairo-roof.json unless told.'),
  ...logFields,
})
