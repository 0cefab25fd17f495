window.fbq=function(){(window.fbq.q=window.fbq.q||[]).push(arguments)};
